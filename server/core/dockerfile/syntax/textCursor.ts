/** A place in a text that moves on by what is read. */
export class TextCursor {
	/** Offset of what comes next. */
	at = 0;
	readonly text: string;

	constructor(text: string) {
		this.text = text;
	}

	/** Whether nothing is left. */
	get ended(): boolean {
		return this.at >= this.text.length;
	}

	/** The next character, a whole one of two units too; NUL at the end. */
	peek(): string {
		return String.fromCodePoint(this.text.codePointAt(this.at) ?? 0);
	}

	/** Reads the next character. */
	next(): string {
		const character = this.peek();
		this.at += character.length;
		return character;
	}

	/** Reads up to the first of some characters, or to the end. */
	takeUntil(characters: string): string {
		const start = this.at;
		while (this.at < this.text.length && !characters.includes(this.text[this.at] as string)) this.at++;
		return this.text.slice(start, this.at);
	}

	/** Reads what a pattern that begins with `^` matches here, at most `limit` units; "" if it does not. */
	take(pattern: RegExp, limit = this.text.length): string {
		const match = pattern.exec(this.text.slice(this.at, this.at + limit))?.[0] ?? "";
		this.at += match.length;
		return match;
	}
}
