"""What tools/bench is made of: a module for each bench, and what they share.

    conversations  bytes: what the usual conversations cost, by loksync wire measure
    upload         durable, merged, receipted changes a second, by loksync load, beside its peers
    download       first syncs and catch-up, by loksync bench download, beside its peers
    merge          profile edits with conflicts, by loksync bench merge, beside SQLite's session extension
    code           each step of a change by itself, by loksync bench code, beside protobuf-c
    idle           memory of a connection that says nothing, by loksync bench idle
    opening        open: shards opened alone and in storms, a log replayed
    scale          the cost of a change as a shard grows, and as blocks become more

    json_peer      the records of conversations as JSON over HTTP/1.1 with gzip, counted at the socket
    links          seconds and IP bytes of a sync over each poor link
    peers/         the other peers: a C program each (common.h, peer.h), and their servers
    blocks         a block directory as large as the country's
    run            what every bench is told
    shards         whether shards verify, and sums over them
    figures        medians, ratios and their targets
    charts         bars and lines as SVG
    machine        which machine the figures are of
    table          columns for people
"""
