/** Answers that were computed of objects, each for as long as its object lives. Like a WeakMap, but for objects of our own. */
export interface Memo<Key extends object, Value> {
	/** Undefined if nothing was set. */
	get(key: Key): Value | undefined;
	has(key: Key): boolean;
	set(key: Key, value: Value): void;
}

/** Not enumerable: copies of an object do not share what is known of it, and comparisons do not see it. */
const ANSWERS = Symbol("answers");

/** By page, the answers to the questions on it. An object is asked few of all questions: one array for all took four times the memory (measured). */
type Pages = (unknown[] | undefined)[];

interface Remembering {
	[ANSWERS]?: Pages;
}

/** Questions on a page; 8 and 32 take a little more memory (measured). */
const PAGE = 16;

let count = 0;

/**
 * An empty memo; made once for a question, at the top of a module. The answers lie on the objects themselves: with the some hundred
 * questions that rules ask of each instruction, WeakMaps take a quarter of the time of linting, most of it in the garbage collector (measured).
 */
export function memo<Key extends object, Value>(): Memo<Key, Value> {
	const number = count++;
	const page = Math.floor(number / PAGE);
	const place = number % PAGE;
	return {
		get: (key) => (key as Remembering)[ANSWERS]?.[page]?.[place] as Value | undefined,
		has(key) {
			const answers = (key as Remembering)[ANSWERS]?.[page];
			return answers !== undefined && place in answers;
		},
		set(key, value) {
			const pages = (key as Remembering)[ANSWERS] ?? pagesFor(key);
			let answers = pages[page];
			if (answers === undefined) {
				answers = new Array(PAGE);
				pages[page] = answers;
			}
			answers[place] = value;
		},
	};
}

function pagesFor(key: object): Pages {
	const pages: Pages = new Array(Math.ceil(count / PAGE));
	Object.defineProperty(key, ANSWERS, { value: pages });
	return pages;
}

/** What is remembered of an object for which a question has no answer. */
const NONE = Symbol("none");

/** The function that answers a question about an object once, and from then on from memory. Made once for a question, at the top of a module. */
export function remembered<Key extends object, Value>(answer: (key: Key) => Value): (key: Key) => Value {
	const known = memo<Key, Value | typeof NONE>();
	return (key) => {
		const before = known.get(key);
		if (before !== undefined) return before === NONE ? (undefined as Value) : (before as Value);
		const value = answer(key);
		known.set(key, value === undefined ? NONE : value);
		return value;
	};
}

/** The same for a question about an object and a text: a name, a path. */
export function rememberedFor<Key extends object, Value>(answer: (key: Key, text: string) => Value): (key: Key, text: string) => Value {
	const answers = remembered((_key: Key) => new Map<string, Value>());
	return (key, text) => {
		const known = answers(key);
		const before = known.get(text);
		if (before !== undefined || known.has(text)) return before as Value;
		const value = answer(key, text);
		known.set(text, value);
		return value;
	};
}
