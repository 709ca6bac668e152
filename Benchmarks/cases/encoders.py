"""Transformers with random weights (MiniLM with its own, after Scripts/get-minilm.sh), written once beside the build."""
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
MODELS = ROOT / ".build" / "models"
LINES = ["a red fox sleeps", "two children photograph the old harbour at night", "snow", "bread and butter on a blue table",
         "my grandmother sells tomatoes", "the night train leaves", "a bicycle near the river after midnight"]


def chars(text):
    return np.frombuffer(text.encode(), np.uint8)


def unit(vectors):
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def captions(count):
    rng = np.random.default_rng(1)
    return [f"{LINES[rng.integers(len(LINES))]} {rng.integers(10_000)}" for _ in range(count)]


def clip_folder():
    import torch
    from transformers import CLIPConfig, CLIPModel
    from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil

    folder = MODELS / "benchmark-clip-vit-base-patch32"
    if not (folder / "config.json").exists():
        torch.manual_seed(0)
        CLIPModel(CLIPConfig(text_config={}, vision_config=dict(patch_size=32))).save_pretrained(folder)
        CLIPImageProcessorPil().save_pretrained(folder)
    (folder / "tokenizer.json").write_text(clip_tokenizer())
    return folder


def clip_tokenizer():
    """A small tokenizer, whose tokens are among those of the model, with the number of the end that the model knows."""
    import json

    content = json.loads((ROOT / "Tests/EncodersTests/Goldens/models/clip-text/tokenizer.json").read_text())
    end = "<|endoftext|>"
    content["model"]["vocab"][end] = 49407
    for token in content["added_tokens"]:
        if token["content"] == end:
            token["id"] = 49407
    content["post_processor"]["sep"][1] = 49407
    # What it does not know must not end a text.
    content["model"]["unk_token"] = "<|startoftext|>"
    return json.dumps(content, ensure_ascii=False)


def dinov2_folder():
    import torch
    from transformers import Dinov2Config, Dinov2Model
    from transformers.models.bit.image_processing_pil_bit import BitImageProcessorPil

    folder = MODELS / "benchmark-dinov2-small"
    if not (folder / "config.json").exists():
        torch.manual_seed(0)
        shape = dict(hidden_size=384, num_attention_heads=6, num_hidden_layers=12, image_size=224, patch_size=14)
        Dinov2Model(Dinov2Config(**shape)).save_pretrained(folder)
        BitImageProcessorPil(do_resize=False, crop_size={"height": 224, "width": 224}).save_pretrained(folder)
    return folder


def image_data(folder, count):
    from transformers import AutoConfig

    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 256, (count, 224, 224, 3), dtype=np.uint8)
    data = {"model": chars(str(folder)), "pixels": pixels}
    data["expected"] = unit(torch_images(data)()["vectors"])
    return data


def values(data):
    """Pixels as the models' processors make them, outside the clock."""
    mean = np.array([0.48145466, 0.4578275, 0.40821073], np.float32)
    std = np.array([0.26862954, 0.26130258, 0.27577711], np.float32)
    return np.ascontiguousarray(((data["pixels"].astype(np.float32) / 255 - mean) / std).transpose(0, 3, 1, 2))


def image_module(data):
    import torch
    from transformers import AutoModel

    folder = bytes(data["model"]).decode()
    model = AutoModel.from_pretrained(folder).eval()

    class Vectors(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.model = model

        def forward(self, pixel_values):
            if hasattr(self.model, "visual_projection"):
                return self.model.visual_projection(self.model.vision_model(pixel_values).pooler_output)
            return self.model(pixel_values).last_hidden_state[:, 0]

    return Vectors().eval()


def answer(vectors, data):
    result = {"vectors": vectors}
    if "expected" in data:
        result = {"least cosine": float((unit(vectors) * data["expected"][:len(vectors)]).sum(1).min())}
    return result


def torch_images(data):
    import torch

    module, pixels = image_module(data), torch.from_numpy(values(data))

    def run():
        with torch.inference_mode():
            return answer(module(pixels).numpy(), data)

    return run


def onnx_file(data, kind="fp32"):
    """The module as an ONNX file beside the model."""
    import torch

    folder = Path(bytes(data["model"]).decode())
    path = folder / f"vectors-{len(data['pixels'])}.onnx"
    if not path.exists():
        torch.onnx.export(image_module(data), (torch.from_numpy(values(data)),), str(path), dynamo=True, verbose=False)
    if kind == "int8":
        from onnxruntime.quantization import QuantType, quantize_dynamic

        small = path.with_suffix(".int8.onnx")
        if not small.exists():
            import onnx

            # Shapes that the exporter noted stand in the way of the quantizer's own.
            model = onnx.load(path)
            del model.graph.value_info[:]
            plain = path.with_suffix(".plain.onnx")
            onnx.save(model, plain)
            quantize_dynamic(
                str(plain), str(small), weight_type=QuantType.QInt8, per_channel=True, op_types_to_quantize=["MatMul", "Gemm"])
        return small
    return path


def onnx_images(kind="fp32"):
    def make(data):
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 2
        session = onnxruntime.InferenceSession(str(onnx_file(data, kind)), options, ["CPUExecutionProvider"])
        name, pixels = session.get_inputs()[0].name, values(data)
        return lambda: answer(session.run(None, {name: pixels})[0], data)

    return make


def openvino_images(kind="fp32"):
    """In bytes as NNCF quantizes transformers after training, measuring ranges on the very pictures."""

    def make(data):
        import openvino

        core, pixels = openvino.Core(), values(data)
        model = core.read_model(str(onnx_file(data)))
        if kind == "int8":
            import nncf

            model = nncf.quantize(
                model, nncf.Dataset([pixels]), model_type=nncf.ModelType.TRANSFORMER, subset_size=1)
        options = {"INFERENCE_NUM_THREADS": 2, "INFERENCE_PRECISION_HINT": "f32"}
        compiled = core.compile_model(model, "CPU", options)
        return lambda: answer(compiled([pixels])[0], data)

    return make


def text_data(folder, texts, vectors):
    data = {"model": chars(str(folder)), "texts": chars("\n".join(texts))}
    data["expected"] = unit(vectors(data)()["vectors"])
    return data


def clip_texts(data, tokenizer, vectors, length, share):
    """Batches of 64 as they come, padded to `length` or to the longest of each."""
    texts = bytes(data["texts"]).decode().split("\n")
    texts = texts[:int(len(texts) * share)]

    def run():
        parts = []
        rows = [e.ids for e in tokenizer.encode_batch(texts)]
        for start in range(0, len(rows), 64):
            batch = rows[start:start + 64]
            width = length or max(len(row) for row in batch)
            parts.append(vectors(np.array([row + row[-1:] * (width - len(row)) for row in batch])))
        return answer(np.concatenate(parts), data)

    run.share = share
    return run


def torch_clip_texts(length, share=1):
    """Padded to `length`, or to the longest of each batch of 64; of a share of the texts."""

    def make(data):
        import torch
        from tokenizers import Tokenizer
        from transformers import CLIPModel

        folder = bytes(data["model"]).decode()
        model, tokenizer = CLIPModel.from_pretrained(folder).eval(), Tokenizer.from_file(folder + "/tokenizer.json")

        def vectors(ids):
            with torch.inference_mode():
                return model.get_text_features(torch.from_numpy(ids)).pooler_output.numpy()

        return clip_texts(data, tokenizer, vectors, length, share)

    return make


def onnx_clip_texts(length, share=1):
    def make(data):
        import onnxruntime
        import torch
        from tokenizers import Tokenizer
        from transformers import CLIPModel

        folder = Path(bytes(data["model"]).decode())
        path = folder / "texts.onnx"
        if not path.exists():
            model = CLIPModel.from_pretrained(folder, attn_implementation="eager").eval()

            class Vectors(torch.nn.Module):
                def __init__(self):
                    super().__init__()
                    self.model = model

                def forward(self, input_ids):
                    return self.model.get_text_features(input_ids).pooler_output

            ids = torch.full((3, 9), 49407)
            ids[:, :7] = torch.randint(0, 500, (3, 7))
            axes = {0: torch.export.Dim("batch", min=2), 1: torch.export.Dim("length", min=2, max=77)}
            torch.onnx.export(
                Vectors().eval(), (ids,), str(path), dynamo=True, verbose=False, dynamic_shapes=({**axes},))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 2
        session = onnxruntime.InferenceSession(str(path), options, ["CPUExecutionProvider"])
        name = session.get_inputs()[0].name
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        return clip_texts(data, tokenizer, lambda ids: session.run(None, {name: ids})[0], length, share)

    return make


def clip_text_data():
    return text_data(clip_folder(), captions(2000), torch_clip_texts(None))


def sentence_transformers(data):
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(bytes(data["model"]).decode(), device="cpu")
    texts = bytes(data["texts"]).decode().split("\n")
    return lambda: answer(model.encode(texts, show_progress_bar=False), data)


def minilm_data():
    folder = MODELS / "all-MiniLM-L6-v2"
    rng = np.random.default_rng(2)
    lines = [", ".join(LINES[rng.integers(len(LINES))] for _ in range(1 + int(rng.exponential(1.2)))) for _ in range(2000)]
    lines = [f"{line} {index}" for index, line in enumerate(lines)]
    return text_data(folder, lines, sentence_transformers)


def jpeg_data():
    """1,000 pictures of 640 x 480, as smooth and as noisy as photographs, and the pixels of the first few."""
    from PIL import Image

    folder = MODELS / "benchmark-jpegs"
    if not (folder / "999.jpg").exists():
        folder.mkdir(parents=True, exist_ok=True)
        rng = np.random.default_rng(3)
        for index in range(1000):
            coarse = Image.fromarray(rng.integers(0, 256, (12, 16, 3), dtype=np.uint8)).resize((640, 480), Image.BICUBIC)
            noisy = np.asarray(coarse, np.float32) + rng.normal(0, 6, (480, 640, 3))
            Image.fromarray(noisy.clip(0, 255).astype(np.uint8)).save(folder / f"{index}.jpg", quality=85)
    data = {"model": chars(str(clip_folder())), "files": chars(str(folder))}
    processor = pillow_processor()
    data["expected"] = np.stack([processor(folder / f"{index}.jpg").reshape(-1) for index in range(8)])
    return data


def pillow_processor():
    from PIL import Image
    from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil

    processor = CLIPImageProcessorPil()
    return lambda path: processor(Image.open(path), return_tensors="np")["pixel_values"][0]


def torchvision_processor():
    import torch
    from torchvision.io import ImageReadMode, decode_jpeg, read_file
    from torchvision.transforms.v2 import functional as F

    mean, std = [0.48145466, 0.4578275, 0.40821073], [0.26862954, 0.26130258, 0.27577711]

    def pixels(path):
        image = decode_jpeg(read_file(str(path)), ImageReadMode.RGB)
        image = F.center_crop(F.resize(image, [224], F.InterpolationMode.BICUBIC, antialias=True), [224, 224])
        return F.normalize(image.to(torch.float32) / 255, mean, std, inplace=True).numpy()

    return pixels


def jpeg_peer(make_processor):
    """On two threads, one picture each at a time."""

    def make(data):
        from concurrent.futures import ThreadPoolExecutor

        import torch

        torch.set_num_threads(1)
        folder, processor, pool = Path(bytes(data["files"]).decode()), make_processor(), ThreadPoolExecutor(2)
        paths = [folder / f"{index}.jpg" for index in range(1000)]

        def one(item):
            index, path = item
            values = processor(path)
            return float(np.abs(values.reshape(-1) - data["expected"][index]).max()) if index < 8 else 0.0

        return lambda: {"largest difference": max(pool.map(one, enumerate(paths)))}

    return make


IMAGE_PEERS = {"PyTorch": torch_images, "ONNX Runtime": onnx_images(), "OpenVINO": openvino_images()}
CASES = {
    "clip-image-32": (
        "CLIP ViT-B/32 vision, batch 32", lambda: image_data(clip_folder(), 32), IMAGE_PEERS),
    "clip-image-32-int8": (
        "CLIP ViT-B/32 vision, batch 32, int8", lambda: image_data(clip_folder(), 32),
        {"ONNX Runtime int8": onnx_images("int8"), "OpenVINO int8": openvino_images("int8"),
         "OpenVINO fp32": openvino_images()}),
    "jpeg-to-pixels": (
        "1,000 JPEG of 640 × 480 to CLIP's pixels", jpeg_data,
        {"Pillow and transformers": jpeg_peer(pillow_processor), "torchvision": jpeg_peer(torchvision_processor)}),
    "dinov2-8": ("DINOv2 ViT-S/14, 257 tokens, batch 8", lambda: image_data(dinov2_folder(), 8), IMAGE_PEERS),
    "clip-text-2000": (
        "CLIP text, 2,000 captions (peers: an eighth of them, times eight)", clip_text_data,
        {"PyTorch, padded to 77": torch_clip_texts(77, 1 / 8), "ONNX Runtime, padded to 77": onnx_clip_texts(77, 1 / 8),
         "PyTorch, padded to the longest": torch_clip_texts(None, 1 / 8),
         "ONNX Runtime, padded to the longest": onnx_clip_texts(None, 1 / 8)}),
    "minilm-2000": (
        "MiniLM-L6, 2,000 texts of mixed length", minilm_data, {"sentence-transformers": sentence_transformers}),
    "minilm-2000-int8": (
        "MiniLM-L6, 2,000 texts of mixed length, int8", minilm_data, {"sentence-transformers": sentence_transformers}),
}
