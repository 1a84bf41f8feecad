//! Which models are kin: a judge prefers what is written as it writes itself.

/// Beginnings of names, and whose they are.
const FAMILIES: [(&str, &str); 26] = [
    ("gpt", "OpenAI"),
    ("chatgpt", "OpenAI"),
    ("o1", "OpenAI"),
    ("o3", "OpenAI"),
    ("o4", "OpenAI"),
    ("claude", "Anthropic"),
    ("gemini", "Google"),
    ("gemma", "Google"),
    ("qwen", "Qwen"),
    ("qwq", "Qwen"),
    ("deepseek", "DeepSeek"),
    ("llama", "Llama"),
    ("meta-llama", "Llama"),
    ("mistral", "Mistral"),
    ("mixtral", "Mistral"),
    ("magistral", "Mistral"),
    ("ministral", "Mistral"),
    ("glm", "GLM"),
    ("kimi", "Moonshot"),
    ("moonshot", "Moonshot"),
    ("grok", "xAI"),
    ("phi", "Microsoft"),
    ("command", "Cohere"),
    ("aya", "Cohere"),
    ("doubao", "Doubao"),
    ("hunyuan", "Hunyuan"),
];

/// The family of a model, as far as its name tells: `openai/gpt-5` is OpenAI's, wherever it runs.
///
/// ```
/// # use nekoyaku::evaluate::family;
/// assert_eq!(family("openai/gpt-5-mini"), Some("OpenAI"));
/// assert_eq!(family("Qwen3:8b"), family("qwen-max"));
/// assert_eq!(family("our-model"), None);
/// ```
pub fn family(model: &str) -> Option<&'static str> {
    let name = model.rsplit('/').next().unwrap_or(model).to_ascii_lowercase();
    FAMILIES.iter().find(|(beginning, _)| name.starts_with(beginning)).map(|(_, family)| *family)
}
