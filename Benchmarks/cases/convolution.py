"""Convolutions with bias and ReLU: PyTorch with channels last, and ONNX Runtime with its own layout."""
import numpy as np


def data(batch, size, inputs, outputs, kernel, stride=1, padding=0, groups=1):
    """The arrays as matrices of pixels by channels; `reference` is the first picture's output in double precision."""
    import torch

    rng = np.random.default_rng(0)
    depth = inputs // groups * kernel * kernel
    made = {
        "input": rng.normal(size=(batch * size * size, inputs)).astype(np.float32),
        "weights": (rng.normal(size=(outputs, depth)) / np.sqrt(depth)).astype(np.float32),
        "bias": rng.normal(size=outputs).astype(np.float32),
    }
    first = torch.from_numpy(pictures(made, size)[:1]).double()
    weights = torch.from_numpy(made["weights"]).double().reshape(outputs, inputs // groups, kernel, kernel)
    result = torch.relu(torch.nn.functional.conv2d(
        first, weights, torch.from_numpy(made["bias"]).double(), stride, padding, groups=groups))
    made["reference"] = result[0].permute(1, 2, 0).reshape(-1, outputs).contiguous().numpy().astype(np.float32)
    return made


def pictures(arrays, size):
    """A view [n, channels, size, size], channels last in memory."""
    return arrays["input"].reshape(-1, size, size, arrays["input"].shape[1]).transpose(0, 3, 1, 2)


def error(output, arrays):
    """The largest error of the first picture, relative to the root mean square of the reference."""
    reference = arrays["reference"]
    first = output[0].transpose(1, 2, 0).reshape(reference.shape)
    return {"error": float(np.abs(first - reference).max() / np.sqrt(np.mean(reference.astype(np.float64) ** 2)))}


def torch_convolution(size, inputs, kernel, stride=1, padding=0, groups=1):
    def prepare(arrays):
        import torch

        x = torch.from_numpy(pictures(arrays, size))
        outputs = len(arrays["bias"])
        layer = torch.nn.Conv2d(inputs, outputs, kernel, stride, padding, groups=groups).eval()
        layer.weight.data = torch.from_numpy(arrays["weights"]).reshape(layer.weight.shape)
        layer.bias.data = torch.from_numpy(arrays["bias"])
        layer = layer.to(memory_format=torch.channels_last)
        quality = {}

        def work():
            with torch.inference_mode():
                output = torch.relu_(layer(x))
            if not quality:
                quality.update(error(output.numpy(), arrays))
            return quality

        return work

    return prepare


def session(node, inputs, weights=()):
    import onnx
    import onnxruntime
    from onnx import TensorProto, helper, numpy_helper

    nodes = [node, helper.make_node("Relu", ["sums"], ["y"])] if weights else [node]
    graph = helper.make_graph(
        nodes, "graph", [helper.make_tensor_value_info("x", TensorProto.FLOAT, inputs.shape)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [None] * 4)],
        [numpy_helper.from_array(values, name) for name, values in weights])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    return onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])


def onnx_convolution(size, inputs, kernel, stride=1, padding=0, groups=1):
    def prepare(arrays):
        from onnx import helper

        x = np.ascontiguousarray(pictures(arrays, size))
        weights = arrays["weights"].reshape(-1, inputs // groups, kernel, kernel)
        node = helper.make_node("Conv", ["x", "w", "b"], ["sums"], kernel_shape=[kernel] * 2, strides=[stride] * 2,
                                pads=[padding] * 4, group=groups)
        run = session(node, x, [("w", weights), ("b", arrays["bias"])])
        quality = {}

        def work():
            (output,) = run.run(None, {"x": x})
            if not quality:
                quality.update(error(output, arrays))
            return quality

        return work

    return prepare


def convolution(title, batch, size, inputs, outputs, kernel, **how):
    return (title, lambda: data(batch, size, inputs, outputs, kernel, **how),
            {"PyTorch": torch_convolution(size, inputs, kernel, **how),
             "ONNX Runtime": onnx_convolution(size, inputs, kernel, **how)})


def pool_data():
    return {"input": np.random.default_rng(0).normal(size=(4 * 112 * 112, 64)).astype(np.float32)}


def torch_pool(arrays):
    import torch

    x = torch.from_numpy(pictures(arrays, 112))
    return lambda: {"checksum": float(torch.nn.functional.max_pool2d(x, 3, 2, 1)[0, 5, 20, 30])}


def onnx_pool(arrays):
    from onnx import helper

    x = np.ascontiguousarray(pictures(arrays, 112))
    run = session(helper.make_node("MaxPool", ["x"], ["y"], kernel_shape=[3, 3], strides=[2, 2], pads=[1] * 4), x)
    return lambda: {"checksum": float(run.run(None, {"x": x})[0][0, 5, 20, 30])}


CASES = {
    "conv-3x3-64-224": convolution("conv 3×3 64→64, 224², batch 4", 4, 224, 64, 64, 3, padding=1),
    "conv-3x3-256-56": convolution("conv 3×3 256→256, 56², batch 4", 4, 56, 256, 256, 3, padding=1),
    "conv-3x3-512-14": convolution("conv 3×3 512→512, 14², batch 4", 4, 14, 512, 512, 3, padding=1),
    "conv-7x7-stride-2": convolution("conv 7×7 stride 2 3→64, 224², batch 4", 4, 224, 3, 64, 7, stride=2, padding=3),
    "conv-1x1-256-64": convolution("conv 1×1 256→64, 56², batch 4", 4, 56, 256, 64, 1),
    "conv-1x1-64-256": convolution("conv 1×1 64→256, 56², batch 4", 4, 56, 64, 256, 1),
    "conv-depthwise-144-56": convolution(
        "conv 3×3 depthwise 144, 56², batch 4", 4, 56, 144, 144, 3, padding=1, groups=144),
    "max-pool-64-112": ("max pooling 3×3 stride 2, 64 channels, 112², batch 4", pool_data,
                        {"PyTorch": torch_pool, "ONNX Runtime": onnx_pool}),
}
