import Glibc
import LokTransport

/// Two servers' keys, made for these tests and good for a hundred years (P-256, self-signed).
struct TestKeys {
  let certificate: String
  let key: String
  /// `openssl x509 -outform DER | sha256sum`
  let fingerprint: String

  /// Writes both to `directory`.
  func security(in directory: borrowing TemporaryDirectory) -> ServerSecurity {
    let certificatePath = directory.path + "/certificate.pem"
    let keyPath = directory.path + "/key.pem"
    write(certificate, to: certificatePath)
    write(key, to: keyPath)
    return .tls(certificateChainPath: certificatePath, keyPath: keyPath)
  }

  static let one = TestKeys(
    certificate: """
      -----BEGIN CERTIFICATE-----
      MIIBjTCCATOgAwIBAgIUYmI5wqIex1H4rzRZu0iyFya27NowCgYIKoZIzj0EAwIw
      GzEZMBcGA1UEAwwQbG9rc3luYyB0ZXN0IG9uZTAgFw0yNjExMjMyMzE5NTBaGA8y
      MTI2MTAzMDIzMTk1MFowGzEZMBcGA1UEAwwQbG9rc3luYyB0ZXN0IG9uZTBZMBMG
      ByqGSM49AgEGCCqGSM49AwEHA0IABFz81clM2VQ8/a5CuOLhKK94Q+psAFihRnY+
      jSyQBpwLPN6aEJbJ8lp1GcrmCR58HvqesRvJ3lcYP14rmy/Cz0KjUzBRMB0GA1Ud
      DgQWBBQwu8WbzU6c5MbJiXysW4lWwWf1HjAfBgNVHSMEGDAWgBQwu8WbzU6c5MbJ
      iXysW4lWwWf1HjAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0gAMEUCIQD/
      P2J9WUQe1cyroNb8vAR75ksmULQf28RziS8cobUmmgIgIc8zSFhwrq287dJVZiz4
      Vt4fd/ZLlU4er7D84bqdjPg=
      -----END CERTIFICATE-----
      """,
    key: """
      -----BEGIN PRIVATE KEY-----
      MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgc2YvoonPmSs/g7hY
      fhe6yYjWWhwzuRtNnOu0Pj3x75uhRANCAARc/NXJTNlUPP2uQrji4SiveEPqbABY
      oUZ2Po0skAacCzzemhCWyfJadRnK5gkefB76nrEbyd5XGD9eK5svws9C
      -----END PRIVATE KEY-----
      """,
    fingerprint: "708797f46db50ce0ce08fe1176d510bb503080034e735ac7e6d4926c02b4b1f6")

  static let two = TestKeys(
    certificate: """
      -----BEGIN CERTIFICATE-----
      MIIBjTCCATOgAwIBAgIUBmSQAgaJHDXfSY2uhjiUi8bZ7mgwCgYIKoZIzj0EAwIw
      GzEZMBcGA1UEAwwQbG9rc3luYyB0ZXN0IHR3bzAgFw0yNjExMjMyMzE5NTBaGA8y
      MTI2MTAzMDIzMTk1MFowGzEZMBcGA1UEAwwQbG9rc3luYyB0ZXN0IHR3bzBZMBMG
      ByqGSM49AgEGCCqGSM49AwEHA0IABBM5lIw4q7VaXTzrF0yUQJusvr0UsW79gxJY
      Ewvf3Oe+haPb2eMbHxwBoRGLm9AXrXh9NmEbfcki85h2N/yQSJejUzBRMB0GA1Ud
      DgQWBBQIegY3P+oK1TjR3E7Vfiy15tR6lTAfBgNVHSMEGDAWgBQIegY3P+oK1TjR
      3E7Vfiy15tR6lTAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0gAMEUCIB0W
      Em7GvC7KxVQWb1shExRtVazDPlLzhk6ZF00q18LmAiEAquH6EoifBrYT9jLMC39o
      LQERxZlQar9rrcS5F97PiD0=
      -----END CERTIFICATE-----
      """,
    key: """
      -----BEGIN PRIVATE KEY-----
      MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgB5n2HP8nXUwinJaB
      N5A+9Bm0vGXQNrlrFHz5Nrtf5fmhRANCAAQTOZSMOKu1Wl086xdMlECbrL69FLFu
      /YMSWBML39znvoWj29njGx8cAaERi5vQF614fTZhG33JIvOYdjf8kEiX
      -----END PRIVATE KEY-----
      """,
    fingerprint: "1dbcc368bce9ab2be1095dc9deeaf91d21fb586e0e4674a0e54ed4c2f77b9931")
}

/// A directory of its own, removed with what is in it.
struct TemporaryDirectory: ~Copyable {
  let path: String

  init() {
    var template = Array("/tmp/loktransport-XXXXXX".utf8CString)
    path = mkdtemp(&template).map { String(cString: $0) } ?? ""
  }

  deinit {
    for name in ["certificate.pem", "key.pem", "control.sock", "file"] { unlink(path + "/" + name) }
    rmdir(path)
  }
}

func write(_ text: String, to path: String) {
  guard let file = fopen(path, "w") else { return }
  fputs(text + "\n", file)
  fclose(file)
}
