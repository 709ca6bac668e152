"""Products of matrices, plain and with what follows them. The names of shapes are rows × columns × depth."""
import numpy as np

SHAPES = ["1600x3072x768", "1600x768x3072", "8192x1000x512", "4096x384x384", "64x3136x576"]


def product_data():
    rng = np.random.default_rng(0)
    return {"a": rng.normal(size=(2048, 2048)).astype(np.float32), "b": rng.normal(size=(2048, 2048)).astype(np.float32)}


def layer_data(shape):
    rows, columns, depth = map(int, shape.split("x"))

    def make():
        rng = np.random.default_rng(0)
        return {"x": rng.normal(size=(rows, depth)).astype(np.float32),
                "w": rng.normal(size=(columns, depth)).astype(np.float32),
                "bias": rng.normal(size=(1, columns)).astype(np.float32)}

    return make


def torch_product(data):
    import torch

    a, b = torch.from_numpy(data["a"]), torch.from_numpy(data["b"])
    return lambda: {"checksum": float((a @ b)[17, 42])}


def torch_linear(data, gelu=False):
    import torch

    x, w, bias = (torch.from_numpy(data[name]) for name in ("x", "w", "bias"))
    linear = torch.nn.functional.linear

    def work():
        with torch.inference_mode():
            y = torch.nn.functional.gelu(linear(x, w, bias[0])) if gelu else linear(x, w)
        return {"checksum": float(y[17, 42])}

    return work


def torch_linear_gelu(data):
    return torch_linear(data, gelu=True)


def numpy_linear(data):
    x, w = data["x"], data["w"].T
    return lambda: {"checksum": float((x @ w)[17, 42])}


def torch_argmin(data):
    import torch

    x, w = torch.from_numpy(data["x"]), torch.from_numpy(data["w"])
    offsets = (w * w).sum(1) / 2

    def work():
        with torch.inference_mode():
            return {"checksum": float((offsets - x @ w.T).argmin(1).sum())}

    return work


def faiss_argmin(data):
    import faiss

    index = faiss.IndexFlatL2(data["w"].shape[1])
    index.add(data["w"])
    return lambda: {"checksum": float(index.search(data["x"], 1)[1].sum())}


def onnx_int8(data):
    """A linear layer as ONNX Runtime's dynamic quantisation makes it: DynamicQuantizeLinear and MatMulInteger, fused."""
    import tempfile

    import onnx
    import onnxruntime
    from onnx import TensorProto, helper
    from onnxruntime.quantization import QuantType, quantize_dynamic

    columns, depth = data["w"].shape
    weights = onnx.numpy_helper.from_array(np.ascontiguousarray(data["w"].T), "w")
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["x", "w"], ["y"])], "linear",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, depth])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [None, columns])], [weights])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    folder = tempfile.mkdtemp()
    onnx.save(model, f"{folder}/fp32.onnx")
    quantize_dynamic(f"{folder}/fp32.onnx", f"{folder}/int8.onnx", weight_type=QuantType.QInt8, per_channel=True)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 2
    session = onnxruntime.InferenceSession(f"{folder}/int8.onnx", options, providers=["CPUExecutionProvider"])
    return lambda: {"checksum": float(session.run(None, {"x": data["x"]})[0][17, 42])}


CASES = {
    "sgemm": ("sgemm 2048³", product_data, {"PyTorch": torch_product}),
    "product-argmin": ("product + argmin, 100k × 1,000 × 512", layer_data("100000x1000x512"),
                       {"PyTorch": torch_argmin, "faiss": faiss_argmin}),
    "linear-int8": ("int8 linear 1600 × 3072 × 768", layer_data("1600x3072x768"),
                    {"ONNX Runtime int8": onnx_int8, "PyTorch fp32": torch_linear}),
}
for name in SHAPES:
    title = name.replace("x", " × ")
    CASES[f"sgemm-{name}"] = (f"linear {title}", layer_data(name), {"PyTorch": torch_linear, "NumPy": numpy_linear})
    CASES[f"gelu-{name}"] = (f"linear + bias + GELU {title}", layer_data(name), {"PyTorch": torch_linear_gelu})
