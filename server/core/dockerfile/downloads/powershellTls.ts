import { sourceSpan } from "../../mappedText.ts";
import type { Span } from "../../text.ts";
import { speaksOldTls } from "../base/windows.ts";
import { shellAt } from "../commands/shell.ts";
import type { Step } from "../model/model.ts";
import { stepText } from "../model/stepText.ts";

const MAY_BE = /Certificate(?:Check|ValidationCallback)/i;
const OFF = /-SkipCertificateCheck\b|\bServerCertificateValidationCallback\s{0,8}=\s{0,8}\{\s{0,8}\$true\s{0,8}\}/gi;

/** Where the PowerShell of a RUN is told not to check certificates, and what tells it. */
export function powershellTlsOff(step: Step): readonly { readonly span: Span; readonly what: string }[] {
	const { text } = step.arguments;
	if (step.keyword !== "RUN" || !MAY_BE.test(text)) return [];
	if (shellAt(step.stage, step).kind !== "powershell" && !/\b(?:powershell|pwsh)\b/i.test(text)) return [];
	return [...text.matchAll(OFF)].map(({ 0: match, index }) => ({
		span: sourceSpan(step.arguments, index, index + match.length),
		what: match.startsWith("-") ? "Invoke-WebRequest -SkipCertificateCheck" : "ServerCertificateValidationCallback",
	}));
}

/** Whether PowerShell may reach a server over TLS: on old images only where the RUN or its SHELL says which protocols to speak. */
export function mayUseTls(step: Step): boolean {
	if (!speaksOldTls(step.stage)) return true;
	return [stepText(step), ...shellAt(step.stage, step).words].some((text) => text.includes("SecurityProtocol"));
}
