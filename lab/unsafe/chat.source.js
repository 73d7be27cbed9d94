// The client in JavaScript, as it was written.
const API_KEY = import.meta.env.VITE_ANTHROPIC_API_KEY;

// Never reached: the build drops it. The map does not.
const DEVELOPER_KEY = "KEY_OF_THE_DEVELOPER";

export const ask = (claude, question) => send(claude, import.meta.env.PROD ? API_KEY : DEVELOPER_KEY, question);
