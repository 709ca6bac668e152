"""From the start of a process to its first embedding, weights in the page cache: the tool against the usual script.

    python start.py --binary ../.build/release/kindred [--rounds 5]

With --memory N also the most memory that was resident while N pictures were encoded, beside the bytes of the weights.
Models are those of cases/encoders.py; MiniLM after Scripts/get-minilm.sh.
"""
import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from cases import encoders  # noqa: E402

TEXT = """
import sys
from sentence_transformers import SentenceTransformer
SentenceTransformer(sys.argv[1], device="cpu").encode(["a red fox"])
"""
PICTURE = """
import sys
import torch
from PIL import Image
from transformers import AutoModel
from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil
model = AutoModel.from_pretrained(sys.argv[1]).eval()
pixels = CLIPImageProcessorPil()(Image.open(sys.argv[2]), return_tensors="pt")
with torch.inference_mode():
    model.get_image_features(**pixels)
"""


def seconds(command):
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - start


def memory(tool, folder, count):
    """Copies of the same pictures with other bytes behind their end, which are other files with the same pixels."""
    pictures = folder / "many"
    pictures.mkdir()
    sources = [(encoders.MODELS / f"benchmark-jpegs/{index}.jpg").read_bytes() for index in range(100)]
    for index in range(count):
        (pictures / f"{index}.jpg").write_bytes(sources[index % 100] + index.to_bytes(4, "big"))
    clip = encoders.clip_folder()
    process = subprocess.Popen(
        [tool, "embed", "images", "--input", str(pictures), "--encoder", str(clip), "--output", str(folder / "y.npy")],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    start, most = time.perf_counter(), 0
    while process.poll() is None:
        # Not what the system says at the end: that counts this process too, as it was before it became the other.
        for line in Path(f"/proc/{process.pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                most = int(line.split()[1]) / 1024
        time.sleep(0.05)
    assert process.returncode == 0
    weights = (clip / "model.safetensors").stat().st_size
    print(f"{count} pictures: {time.perf_counter() - start:.1f} s, {most:.0f} MiB resident at most, "
          f"the file of weights of both towers has {weights / 2**20:.0f} MiB")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--memory", type=int, default=0, metavar="N")
    arguments = parser.parse_args()
    tool = str(Path(arguments.binary).resolve())
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        (folder / "t.txt").write_text("a red fox\n")
        encoders.jpeg_data()
        pictures = folder / "p"
        pictures.mkdir()
        (pictures / "0.jpg").write_bytes((encoders.MODELS / "benchmark-jpegs/0.jpg").read_bytes())
        clip, minilm = str(encoders.clip_folder()), str(encoders.MODELS / "all-MiniLM-L6-v2")
        output = ["--output", str(folder / "x.npy"), "--quiet"]
        cases = {
            "MiniLM-L6, one text": (
                [tool, "embed", "texts", "--input", str(folder / "t.txt"), "--encoder", minilm, *output],
                [sys.executable, "-c", TEXT, minilm]),
            "CLIP ViT-B/32, one picture": (
                [tool, "embed", "images", "--input", str(pictures), "--encoder", clip, *output],
                [sys.executable, "-c", PICTURE, clip, str(pictures / "0.jpg")]),
        }
        print("| case | Kindred, s | Python, s | ratio |\n| --- | --- | --- | --- |")
        for name, (ours, theirs) in cases.items():
            seconds(ours), seconds(theirs)
            times = [(seconds(ours), seconds(theirs)) for _ in range(arguments.rounds)]
            mine, peer = (statistics.median(column) for column in zip(*times))
            print(f"| {name} | {mine:.3g} | {peer:.3g} | {mine / peer:.2f} |")
        if arguments.memory:
            memory(tool, folder, arguments.memory)


if __name__ == "__main__":
    main()
