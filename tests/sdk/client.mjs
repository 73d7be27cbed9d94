// Makes one call with an official SDK and prints what came of it as JSON.
//
// Arguments: the SDK, base URL, name of the call, its options as JSON. `api_key` and `max_retries` among the options are the client's.

const [sdk, baseURL, call, json] = process.argv.slice(2);
const { Client, calls, described } = await import(`./${sdk}_calls.mjs`);
const { api_key: apiKey, max_retries: maxRetries, ...options } = JSON.parse(json);
const client = new Client({ baseURL, apiKey, maxRetries });
const seen = await Promise.resolve(calls[call](client, options)).catch(described);
console.log(JSON.stringify(seen));
