/** Text between tags or in a quoted attribute of XML 1.0. Characters that XML cannot have become `�`. */
export function xmlText(text: string): string {
	return text
		.replace(/[\p{Cc}\p{Cs}\ufffe\uffff]/gu, (character) => (/[\t\r\n]/.test(character) ? character : "\ufffd"))
		.replaceAll("&", "&amp;")
		.replaceAll("<", "&lt;")
		.replaceAll(">", "&gt;")
		.replaceAll('"', "&quot;")
		.replace(/[\t\r\n]/g, (character) => `&#${character.charCodeAt(0)};`);
}
