/** The text in base64 of UTF-8; undefined for what is not base64. */
export function decodeBase64Text(base64: string): string | undefined {
	let binary: string;
	try {
		binary = atob(base64);
	} catch {
		return undefined;
	}
	return new TextDecoder().decode(Uint8Array.from(binary, (character) => character.charCodeAt(0)));
}
