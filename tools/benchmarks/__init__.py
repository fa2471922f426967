"""What tools/bench is made of.

    conversations  what the usual conversations cost, by loksync wire measure
    json_peer      the same records as JSON over HTTP/1.1 with gzip, counted at the socket
    links          seconds and IP bytes of a sync over each poor link
    upload         durable, merged, receipted changes a second, by loksync load, beside its peers
    peers/         those peers: one C program each, with the same load (peer.h), and their servers
    machine        which machine the figures are of
    table          columns for people
"""
