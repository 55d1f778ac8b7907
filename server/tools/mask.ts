const MASK = "***";

/** Shorter values would blacken half of a log and protect nothing. */
const SHORTEST_SECRET = 3;

/** The text with every secret replaced by asterisks; longer ones first, so that one inside another leaves no rest. */
export function mask(text: string, secrets: readonly string[]): string {
	let masked = text;
	for (const secret of [...secrets].sort((a, b) => b.length - a.length)) {
		if (secret.length >= SHORTEST_SECRET && masked.includes(secret)) masked = masked.replaceAll(secret, MASK);
	}
	return masked;
}

/** A command line for people to read: words with blanks or quotes in quotes, secrets replaced. Not made to be pasted. */
export function commandLine(program: string, args: readonly string[], secrets: readonly string[]): string {
	return [program, ...args]
		.map((word) => mask(word, secrets))
		.map(quote)
		.join(" ");
}

function quote(word: string): string {
	return word === "" || /[\s"'$\\]/.test(word) ? JSON.stringify(word) : word;
}
