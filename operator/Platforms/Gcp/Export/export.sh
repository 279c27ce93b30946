#!/bin/sh
# Reads the disk that the builder attaches, and writes it to Cloud Storage as a GNU tar with one file disk.raw, in gzip's form: what Compute Engine imports.
# The first boot does it; how it goes stands in the guest attribute imageoperator/export.
metadata="http://${GCE_METADATA_HOST:-metadata.google.internal}/computeMetadata/v1/instance"
if ! command -v python3 > /dev/null 2>&1; then
  said='{"state":"failed","message":"there is no python3 in gcp.export.workerImage"}'
  if command -v curl > /dev/null 2>&1; then
    curl -fsS --retry 5 -H 'Metadata-Flavor: Google' -X PUT --data "$said" "$metadata/guest-attributes/imageoperator/export"
  else
    wget -q -O - --tries=5 --header='Metadata-Flavor: Google' --method=PUT --body-data="$said" "$metadata/guest-attributes/imageoperator/export"
  fi
  exit 1
fi
export METADATA="$metadata"
exec python3 - << 'END'
import base64
import hashlib
import json
import os
import tarfile
import time
import urllib.error
import urllib.parse
import urllib.request
import zlib

METADATA = os.environ["METADATA"]
BLOCK = 4 << 20
CHUNK = 16 << 20  # A multiple of 256 KiB.
PATIENCE = 600    # Seconds, for what may recover.


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None  # 308 is no redirect here.


class Lost(Exception):
    """The upload is not known any more."""


# No proxy stands before the metadata server.
OWN = urllib.request.build_opener(urllib.request.ProxyHandler({}), NoRedirect)
OUTSIDE = urllib.request.build_opener(NoRedirect)


def send(opener, method, url, body=None, headers=None):
    request = urllib.request.Request(url, data=body, method=method, headers=headers or {})
    try:
        with opener.open(request, timeout=120) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, error.read()


def repeat(work):
    """Does it until there is an answer that will not change."""
    end, pause = time.monotonic() + PATIENCE, 1
    while True:
        try:
            answer = work()
            if answer[0] not in (408, 429) and answer[0] < 500:
                return answer
            said = "HTTP status %d" % answer[0]
        except OSError as error:
            said = str(error)
        if time.monotonic() + pause > end:
            raise RuntimeError("no answer within %d s: %s" % (PATIENCE, said))
        time.sleep(pause)
        pause = min(pause * 2, 30)


def metadata(path):
    status, _, body = repeat(lambda: send(OWN, "GET", METADATA + "/" + path, None, {"Metadata-Flavor": "Google"}))
    if status != 200:
        raise RuntimeError("the metadata server says %d to %s" % (status, path))
    return body.decode()


def tell(**state):
    repeat(lambda: send(OWN, "PUT", METADATA + "/guest-attributes/imageoperator/export", json.dumps(state).encode(), {"Metadata-Flavor": "Google"}))


def refusal(status, body):
    try:
        said = json.loads(body.decode())["error"]["message"]
    except (ValueError, KeyError, TypeError):
        said = body.decode(errors="replace")[:200]
    return RuntimeError("%d: %s" % (status, said))


class Upload:
    """A resumable upload. What Cloud Storage has not taken yet is kept."""

    def __init__(self, settings):
        url = "%s/upload/storage/v1/b/%s/o?uploadType=resumable&ifGenerationMatch=0&name=%s" % (
            settings["api"], urllib.parse.quote(settings["bucket"], safe=""), urllib.parse.quote(settings["object"], safe=""))
        described = json.dumps({"contentType": "application/gzip", "metadata": settings["metadata"]}).encode()

        def begin():
            token = json.loads(metadata("service-accounts/default/token"))["access_token"]
            return send(OUTSIDE, "POST", url, described, {"Authorization": "Bearer " + token, "Content-Type": "application/json", "X-Upload-Content-Type": "application/gzip"})

        status, headers, body = repeat(begin)
        if status != 200:
            raise refusal(status, body)
        self.url, self.taken, self.kept, self.md5, self.made = headers["Location"], 0, bytearray(), hashlib.md5(), None

    def write(self, data):
        self.md5.update(data)
        self.kept += data
        while len(self.kept) > CHUNK:
            self.put(False)

    def finish(self):
        while self.made is None:
            self.put(len(self.kept) <= CHUNK)
        return self.made

    def put(self, last):
        data = bytes(self.kept[:CHUNK])
        total = str(self.taken + len(self.kept)) if last else "*"
        first = bool(data)

        def ask():
            nonlocal first
            if first:
                first = False
                return send(OUTSIDE, "PUT", self.url, data, {"Content-Range": "bytes %d-%d/%s" % (self.taken, self.taken + len(data) - 1, total)})
            # How far it came is known there only.
            return send(OUTSIDE, "PUT", self.url, b"", {"Content-Range": "bytes */" + total})

        status, headers, body = repeat(ask)
        if status in (200, 201):
            self.made = json.loads(body.decode())
        elif status == 308:
            taken = int(headers["Range"].rsplit("-", 1)[1]) + 1 if headers["Range"] else 0
            if taken < self.taken:
                raise Lost()
            del self.kept[:taken - self.taken]
            self.taken = taken
        elif status in (404, 410):
            raise Lost()
        else:
            raise refusal(status, body)


def export(settings, disk):
    size = disk.seek(0, os.SEEK_END)
    disk.seek(0)
    upload, gzip, read, told = Upload(settings), zlib.compressobj(3, zlib.DEFLATED, 31), 0, 0
    entry = tarfile.TarInfo("disk.raw")
    entry.size, entry.mode = size, 0o600
    upload.write(gzip.compress(entry.tobuf(tarfile.GNU_FORMAT)))
    while read < size:
        block = disk.read(min(BLOCK, size - read))
        if not block:
            raise RuntimeError("the disk ended at %d of %d bytes" % (read, size))
        read += len(block)
        upload.write(gzip.compress(block))
        if time.monotonic() - told > 15:
            told = time.monotonic()
            tell(state="running", read=read, size=size)
    upload.write(gzip.compress(bytes(-size % 512 + 1024)))
    upload.write(gzip.flush())
    made, md5 = upload.finish(), base64.b64encode(upload.md5.digest()).decode()
    if made["md5Hash"] != md5:
        tell(state="failed", md5=md5, message="Cloud Storage has other bytes than were sent")
        return
    tell(state="done", size=size, md5=md5, generation=made["generation"])


def main():
    settings = json.loads(metadata("attributes/imageoperator-export"))
    status, _, body = send(OWN, "GET", METADATA + "/guest-attributes/imageoperator/export", None, {"Metadata-Flavor": "Google"})
    if status == 200 and json.loads(body.decode())["state"] in ("done", "failed"):
        return
    tell(state="ready")
    try:
        while not os.path.exists(settings["device"]):
            time.sleep(1)
        for left in (2, 1, 0):
            try:
                with open(settings["device"], "rb") as disk:
                    export(settings, disk)
                return
            except Lost:
                if not left:
                    raise RuntimeError("the upload was lost three times")
    except Exception as error:
        tell(state="failed", message=str(error)[:500])


main()
END
