// The C library's times are met first there.
import CoreFoundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The processor time of a process by its own clock, which counts in nanoseconds; /proc/PID/stat counts in
/// hundredths of a second.
enum ProcessClock {
  /// User and system together; nil where there is no such process.
  static func seconds(of process: Int32) -> Double? {
    var (clock, time) = (clockid_t(), timespec())
    guard clock_getcpuclockid(process, &clock) == 0, clock_gettime(clock, &time) == 0 else { return nil }
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
