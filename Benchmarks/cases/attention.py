"""Scaled-dot-product attention: the shapes of ViT-B/32, MiniLM and ViT-B/14."""
import numpy as np


def attention(batch, heads, tokens, size):
    def make():
        rng = np.random.default_rng(0)
        return {name: rng.normal(size=(batch * tokens, heads * size)).astype(np.float32) for name in "qkv"}

    def prepare(data):
        import torch

        # [batch, heads, tokens, size], contiguous: the layout that PyTorch likes best.
        q, k, v = (torch.from_numpy(data[name]).reshape(batch, tokens, heads, size).transpose(1, 2).contiguous()
                   for name in "qkv")
        head, column = divmod(42, size)

        def work():
            result = torch.nn.functional.scaled_dot_product_attention(q, k, v)
            return {"checksum": float(result[1, head, 7, column])}
        return work

    return f"attention {batch}×{heads} heads, {tokens} tokens of {size}", make, {"PyTorch": prepare}


CASES = {
    "attention-50": attention(32, 12, 50, 64),
    "attention-64": attention(64, 12, 64, 32),
    "attention-257": attention(8, 12, 257, 64),
}
