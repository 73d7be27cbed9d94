/** Who says a message. */
export type Role = "user" | "assistant";

/** How much effort a model spends on an answer, least first. */
export type Effort = "low" | "medium" | "high" | "xhigh" | "max";

/** One message of a conversation. */
export interface ChatMessage {
    role: Role;
    /** What was said, as plain text or Markdown. */
    content: string;
}

/** The body of `POST /api/chat`: the whole conversation so far, the last message being the user's. */
export interface ChatRequest {
    /** The model to ask, or `"auto"` to leave it to the rules. */
    model: string;
    /** The conversation, oldest message first. */
    messages: ChatMessage[];
    /** Most tokens to answer with; the policy's default where absent. */
    max_tokens?: number | null;
    /** How much effort to spend; the model's default where absent. */
    effort?: Effort | null;
}

/** What becomes of a request with a key in its text: refused, sent without the key, or sent as it is. */
export type OnSecret = "block" | "redact" | "warn";

/** What the caller may do: `policy` of `GET /api/session`. */
export interface Policy {
    /** Ids of the models that may be asked for, the default first. */
    models: string[];
    /** Largest `max_tokens` that may be asked for. */
    output_tokens_max: number;
    /** `max_tokens` where the request names none. */
    output_tokens_default: number;
    /** Most messages in one request. */
    messages_max: number;
    /** Most bytes of one request's body. */
    request_bytes_max: number;
    /** Bytes of system prompt that the server adds. */
    system_bytes: number;
    /** Nano-dollars that may still be spent today; `null` where no budget is set. */
    budget_left: number | null;
    on_secret: OnSecret;
    /** Whether Claude is asked to keep what is likely to be sent again. */
    prompt_caching: boolean;
}

/** How bad a finding is. What blocks must not be sent: the server would refuse it. */
export type Severity = "info" | "warn" | "block";

/** The rules, by their stable names. */
export type Rule =
    | "model_unknown"
    | "model_retired"
    | "model_ending"
    | "model_not_allowed"
    | "effort_not_accepted"
    | "no_messages"
    | "too_many_messages"
    | "empty_message"
    | "first_turn_not_user"
    | "last_turn_not_user"
    | "request_too_large"
    | "output_cap"
    | "context_overflow"
    | "over_budget"
    | "secret"
    | "long_conversation"
    | "conversation_kept";

/** A part of a text, from `start` to before `end`. */
export interface Span {
    start: number;
    end: number;
}

/** Where something is. */
export interface Place {
    /** The message, counted from 0. */
    message: number;
    /** The part of its text in bytes of UTF-8, as the server counts; `null` where the whole message is meant. */
    span: Span | null;
    /** The same part as JavaScript counts: `content.slice(utf16.start, utf16.end)`. */
    utf16: Span | null;
}

/** A change of the request that removes a finding; `apply` makes it. Its span is in bytes of UTF-8. */
export type Fix =
    | { change: "use_model"; model: string }
    | { change: "leave_out_effort" }
    | { change: "cap_output"; max_tokens: number }
    | { change: "redact"; message: number; span: Span; with: string }
    | { change: "leave_out_message"; message: number }
    | { change: "drop_oldest"; messages: number };

/** One thing that a rule found. */
export interface Finding {
    rule: Rule;
    severity: Severity;
    /** Where it is; `null` where it concerns the whole request. */
    place: Place | null;
    /** What is the matter, in one sentence. It never repeats a secret. */
    what: string;
    /** Why that matters and what to do. */
    why: string;
    /** What would mend it at once; `null` where only the person can. */
    fix: Fix | null;
}

/** A number of tokens that is not known exactly: show it as a range. */
export interface TokenRange {
    /** Probably not fewer. */
    low: number;
    /** The best single guess. */
    likely: number;
    /** Probably not more. */
    high: number;
}

/** What a request will take. Amounts of money are whole nano-dollars: a billion of them is a dollar. */
export interface Estimate {
    /** The prompt's tokens, probably. */
    input: TokenRange;
    /** A number of tokens that the prompt cannot pass. */
    input_bound: number;
    /** The answer's tokens, probably. */
    output_likely: number;
    /** A number of tokens that the answer cannot pass. */
    output_max: number;
    /** What the request will probably cost. */
    likely: number;
    /** The most that the request can cost, which is what the server reserves. */
    worst_case: number;
}

/** The model that the rules chose. */
export interface Route {
    /** The model to ask. */
    model: string;
    /** Why, in one sentence. */
    why: string;
    /** The nearest other choice and what it would probably have cost; `null` where there is only one. */
    instead: { model: string; likely: number } | null;
}

/** The verdict on one request. */
export interface Preflight {
    /** Whether something was found that must not be sent. */
    is_blocked: boolean;
    /** What was found, the worst first. */
    findings: Finding[];
    /** What it will take; `null` where the model is unknown or has no price. */
    estimate: Estimate | null;
    /** The model that the rules chose; `null` where the request names one. */
    route: Route | null;
}

/** What one model would take for a request. */
export interface ModelCost {
    /** Its id. */
    model: string;
    /** What it would take. */
    estimate: Estimate;
}

/** Old turns that could go. */
export interface Trim {
    /** How many messages go, from the oldest on. */
    messages: number;
    /** The tokens of prompt that this probably saves. */
    tokens: number;
    /** Nano-dollars that this probably saves. */
    saved: number;
    /** The change that leaves them out. */
    fix: Fix;
}
