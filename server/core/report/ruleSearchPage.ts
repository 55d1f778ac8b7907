import type { FixSafety } from "../finding.ts";
import { RULES } from "../rules/registry.ts";
import type { Rule } from "../rules/rule.ts";
import { CATEGORY_TITLES, PEER_TITLES } from "./rulePage.ts";
import { xmlText } from "./xml.ts";

/**
 * All rules on one page of HTML with a field to search in: ids, texts and the ids of other tools. It needs no server and no network.
 * @param link the address of a rule's page
 */
export function ruleSearchPage(repairOf: (rule: Rule) => FixSafety | "none", link: (rule: string) => string): string {
	const rows = RULES.map((rule) => {
		const peers = rule.equivalents.map(({ tool, id }) => `${PEER_TITLES[tool]} ${id}`).join(", ");
		const cells = [rule.title, CATEGORY_TITLES[rule.category], rule.severity, rule.preset, repairOf(rule), peers];
		const words = `${rule.id} ${cells.join(" ")} ${rule.why}`.toLowerCase();
		const first = `<td><a href="${xmlText(link(rule.id))}">${xmlText(rule.id)}</a></td>`;
		return `<tr data-words="${xmlText(words)}">${first}${cells.map((cell) => `<td>${xmlText(cell)}</td>`).join("")}</tr>`;
	});
	return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Rules of Hullguard</title>
<style>
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { margin: 2rem auto; max-width: 90rem; padding: 0 1rem; }
input { font: inherit; padding: .4rem .6rem; width: min(40rem, 100%); }
table { border-collapse: collapse; margin-top: 1rem; width: 100%; }
th, td { border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent); padding: .3rem .6rem .3rem 0; text-align: left; vertical-align: top; }
td:first-child { white-space: nowrap; }
</style>
<h1>Rules</h1>
<label>Search <input id="search" type="search" autofocus placeholder="apt cache, DL3008, root …"></label>
<p><output id="count" aria-live="polite">${RULES.length} rules</output></p>
<table>
<thead><tr><th>Rule<th>What is wrong<th>Category<th>Severity<th>Preset<th>Repair<th>Elsewhere</tr></thead>
<tbody>
${rows.join("\n")}
</tbody>
</table>
<script>
const rows = [...document.querySelectorAll("tbody tr")];
const search = document.getElementById("search");
const show = () => {
	const words = search.value.toLowerCase().split(/\\s+/).filter(Boolean);
	let count = 0;
	for (const row of rows) {
		row.hidden = !words.every((word) => row.dataset.words.includes(word));
		if (!row.hidden) count++;
	}
	document.getElementById("count").textContent = count + (count === 1 ? " rule" : " rules");
	history.replaceState(null, "", words.length ? "#" + encodeURIComponent(search.value) : location.pathname);
};
search.value = decodeURIComponent(location.hash.slice(1));
search.addEventListener("input", show);
show();
</script>
</html>
`;
}
