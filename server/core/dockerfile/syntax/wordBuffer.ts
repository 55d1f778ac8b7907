import { isSpace } from "./characters.ts";

/** Splits a text into words while it is read, at blanks that are neither quoted nor escaped. */
export class WordBuffer {
	private words: string[] = [];
	private word = "";

	/** Adds what belongs to the current word whatever it is: quoted, escaped. */
	add(text: string): void {
		this.word += text;
	}

	/** Adds what stands there plainly: blanks end the word. */
	addPlain(text: string): void {
		let start = 0;
		for (let at = 0; at < text.length; at++) {
			if (!isSpace(text.charCodeAt(at))) continue;
			this.word += text.slice(start, at);
			this.finish();
			start = at + 1;
		}
		this.word += text.slice(start);
	}

	/** Ends the current word, and gives all of them. */
	finish(): readonly string[] {
		if (this.word !== "") this.words.push(this.word);
		this.word = "";
		return this.words;
	}

	/** Begins anew; what is given brings the words so far back, but not the one that was begun. */
	begin(): () => void {
		const outer = this.words;
		this.words = [];
		this.word = "";
		return () => {
			this.words = outer;
			this.word = "";
		};
	}
}
