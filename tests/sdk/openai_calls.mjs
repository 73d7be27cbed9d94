// The calls of OpenAI's official SDK that `client.mjs` knows.

import { load } from "./packages.mjs";

export const { default: Client, APIError } = load("openai");

export const calls = {
  create: (client, options) => client.chat.completions.create(options),

  async stream(client, options) {
    let text = "";
    try {
      const events = client.chat.completions.stream(options).on("content", (piece) => (text += piece));
      const completion = await events.finalChatCompletion();
      return { text, completion };
    } catch (error) {
      return { text, ...described(error) };
    }
  },

  /** Hangs up behind the first words. */
  async leave(client, options) {
    const chunks = await client.chat.completions.create({ ...options, stream: true });
    for await (const chunk of chunks) {
      const words = chunk.choices[0].delta.content;
      if (words) {
        chunks.controller.abort();
        return { text: words };
      }
    }
    return { text: "" };
  },

  async models(client, options) {
    const models = [];
    for await (const model of client.models.list(options)) {
      models.push(model);
    }
    return models;
  },

  model: (client, options) => client.models.retrieve(options.id),
};

export function described(error) {
  if (!(error instanceof APIError)) {
    throw error;
  }
  return {
    error: {
      class: error.constructor.name,
      status: error.status ?? null,
      type: error.type ?? null,
      code: error.code ?? null,
      param: error.param ?? null,
      request_id: error.requestID ?? null,
      text: error.message,
    },
  };
}
