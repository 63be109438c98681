"""KMS, Secrets Manager, SSM, S3 and STS, by moto: prints {"port": N}, ends when its stdin does."""

import json
import logging
import sys

from moto.server import ThreadedMotoServer

logging.getLogger("werkzeug").setLevel(logging.ERROR)
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
print(json.dumps({"port": server.get_host_and_port()[1]}), flush=True)
sys.stdin.buffer.read()
server.stop()
