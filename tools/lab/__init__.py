"""What tools/poor-link is made of: a phone's and a server's network namespace with a poor link between them.

    profiles     which links there are
    weather      what becomes of a packet: lost, late, or sent during a cut; pure
    forwarder    carries packets between the two ends as the weather wants it
    namespaces   the two ends: network namespaces of this machine's kernel
    lab          both ends and the forwarder, made and removed together
    run          a server and a client in the lab, within a time
    report       what the link carried
    check        measures whether the lab is what it says
"""
