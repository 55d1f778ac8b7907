import assert from "node:assert/strict";
import { powershellCommandAt } from "../../../server/core/dockerfile/commands/powershellCommandLine.ts";

function commandOf(line: string): string | undefined {
	const [program, ...words] = line.split(" ");
	assert.ok(program === "powershell" || program === "pwsh");
	const at = powershellCommandAt(program, words);
	return at === undefined ? undefined : words.slice(at).join(" ");
}

describe("PowerShell's command line", () => {
	const commands: readonly (readonly [line: string, command: string | undefined])[] = [
		["powershell -Command a -File b", "a -File b"],
		["powershell -c a", "a"],
		["powershell -COMM a", "a"],
		["powershell /c a", "a"],
		["pwsh -c a", "a"],
		["pwsh --command a", "a"],
		["pwsh -Command -", undefined],
		["powershell -Command", undefined],
		["powershell -File a.ps1 -Command b", undefined],
		["powershell -f a.ps1", undefined],
		["pwsh /file a.ps1 -c b", undefined],
		["powershell -EncodedCommand YQ==", undefined],
		["powershell -enc YQ== -c a", undefined],
		["pwsh -ec YQ==", undefined],
		["powershell -e YQ==", undefined],
		["powershell -NoProfile -Command a", "a"],
		["powershell -nop -noni -nol -noe -sta -mta -c a", "a"],
		["powershell -no -c a", undefined],
		["powershell -ExecutionPolicy Bypass -Command a", "a"],
		["powershell -ex Bypass a", "a"],
		["powershell -ep Bypass -w hidden -of Text -if Text -i Text -config b a", "a"],
		["pwsh -ex Bypass -wd /a -o Text -inp Text -settings a.json -cus b -config c -c a", "a"],
		["pwsh -l -i -noprofileloadtime -c a", "a"],
		["pwsh -WorkingDirectory /a -Command b", "b"],
		["powershell -Version 2 -Command a", "a"],
		["powershell -v 2 -psc a.psc1 b", "b"],
		["pwsh -v -c a", undefined],
		["pwsh -cwa a b", undefined],
		["powershell -? a", undefined],
		["powershell -h a", undefined],
		["powershell a -c b", "a -c b"],
		["pwsh a -c b", undefined],
		["pwsh /app/a.ps1 -c b", undefined],
		["powershell -Unknown a", undefined],
		["powershell", undefined],
		["powershell -NoProfile", undefined],
	];
	for (const [line, command] of commands)
		it(line, () => {
			assert.equal(commandOf(line), command);
		});
});
