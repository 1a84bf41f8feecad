"""A model that knows nothing: two llama layers of random weights, and every byte a token.

Usage: tiny_gguf.py FILE

Nothing is trained and nothing is fetched. What it says is noise, and it is short: the end of an
answer and the end of a string are always among the likeliest tokens, so a grammar that a server
holds it to is filled with junk, and closed.
"""

import sys

import gguf
import numpy

CONTEXT = 131072
WIDTH = 64
HEADS = 4
LAYERS = 2
INNER = 96


def vocabulary():
    """Tokens and their types: the marks of a dialogue, a space, and the 256 bytes."""
    control = ["<unk>", "<s>", "</s>", "<|im_start|>", "<|im_end|>"]
    types = [gguf.TokenType.UNKNOWN] + [gguf.TokenType.CONTROL] * 4
    # Without a token of its own, a space would be read as three bytes and never be written.
    tokens = control + ["\u2581"] + [f"<0x{byte:02X}>" for byte in range(256)]
    return tokens, types + [gguf.TokenType.NORMAL] + [gguf.TokenType.BYTE] * 256


def describe(writer):
    tokens, types = vocabulary()
    writer.add_name("noise")
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(INNER)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_vocab_size(len(tokens))
    writer.add_tokenizer_model("llama")
    writer.add_token_list(tokens)
    writer.add_token_scores([0.0] * len(tokens))
    writer.add_token_types(types)
    writer.add_unk_token_id(tokens.index("<unk>"))
    writer.add_bos_token_id(tokens.index("<s>"))
    writer.add_eos_token_id(tokens.index("<|im_end|>"))
    writer.add_add_bos_token(False)
    writer.add_add_space_prefix(False)
    writer.add_chat_template(
        # ChatML: without jinja a server knows a template by its marks, and only if it is a famous one.
        "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
        "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
    )
    return len(tokens), [tokens.index("<|im_end|>"), tokens.index('<0x22>')]


def fill(writer, count, ends):
    random = numpy.random.default_rng(20240217)

    def some(*shape, scale):
        return (random.standard_normal(shape) * scale).astype(numpy.float32)

    def noise(name, *shape, scale=0.1):
        writer.add_tensor(name, some(*shape, scale=scale))

    def ones(name):
        writer.add_tensor(name, numpy.ones(WIDTH, numpy.float32))

    # The first number is the same whatever was said before: what it is multiplied with at the end is
    # how likely a token is in itself.
    embedding = some(count, WIDTH, scale=1.0)
    embedding[:, 0] = 8.0
    writer.add_tensor("token_embd.weight", embedding)
    for layer in range(LAYERS):
        ones(f"blk.{layer}.attn_norm.weight")
        for name in ["attn_q", "attn_k", "attn_v", "attn_output"]:
            noise(f"blk.{layer}.{name}.weight", WIDTH, WIDTH)
        ones(f"blk.{layer}.ffn_norm.weight")
        noise(f"blk.{layer}.ffn_gate.weight", INNER, WIDTH)
        noise(f"blk.{layer}.ffn_up.weight", INNER, WIDTH)
        noise(f"blk.{layer}.ffn_down.weight", WIDTH, INNER)
    ones("output_norm.weight")
    # Small: at a temperature of 0.2, too, no token is much likelier than another.
    output = some(count, WIDTH, scale=0.02)
    output[:, 0] = 0.0
    output[ends, 0] = 0.06
    writer.add_tensor("output.weight", output)


def main():
    writer = gguf.GGUFWriter(sys.argv[1], "llama")
    fill(writer, *describe(writer))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    main()
