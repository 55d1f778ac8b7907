/** Text of others as Markdown that shows it as it is: no link, picture or layout can come from it. Line breaks become blanks. */
export function escapeMarkdown(text: string): string {
	return text.replace(/[\\`*_{}[\]<>()#+\-.!|~&$@:/]/g, "\\$&").replace(/\s+/g, " ");
}

/** A text as inline code. */
export function inlineCode(text: string): string {
	const plain = text.replace(/\s+/g, " ");
	if (!plain.includes("`")) return `\`${plain}\``;
	return `\`\` ${plain.replaceAll("``", "` `")} \`\``;
}

/** A link with a text of ours; the text alone where the address is not one of the web. */
export function webLink(text: string, address: string): string {
	return /^https:\/\/[^\s()<>"'\\]+$/.test(address) ? `[${text}](${address})` : text;
}
