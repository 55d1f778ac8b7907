import { imageMajor } from "../../dockerfile/base/imageMajor.ts";
import { runSteps } from "../../dockerfile/commands/scripts.ts";
import { insertAfter } from "../../dockerfile/edits/edit.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import { callHasOption, type PackageCall, packageCallsOf } from "../../dockerfile/packages/packageCalls.ts";
import { variableAt } from "../../dockerfile/variables/variables.ts";
import type { Fix } from "../../finding.ts";
import { defineRule, type Report } from "../rule.ts";

const OPTIONS_VARIABLES = ["MAVEN_ARGS", "MAVEN_CONFIG", "MAVEN_CLI_OPTS", "MAVEN_OPTS"];

export const jvmDependencyVerificationMissing = defineRule({
	id: "jvm-dependency-verification-missing",
	title: "A Java build goes on when a checksum is wrong",
	category: "supply-chain",
	severity: "hint",
	preset: "strict",
	needs: "file",
	since: "0.1.0",
	subCodes: { maven: "Maven only warns", gradle: "Gradle's verification is turned off" },
	equivalents: [],
	onlyWith: { words: ["mvn", "mvnw", "gradle", "gradlew"] },
	why: "Maven 3 compares what it fetches with the checksums of the repository and, where they differ, prints a warning and uses the file; Maven 4 fails. A broken or exchanged file ends in the image, and the warning in a log that nobody reads. Gradle compares with `gradle/verification-metadata.xml` and fails, unless that is turned off.",
	remedy:
		"Call Maven with `--strict-checksums` (`-C`), on the command line or in `.mvn/maven.config`. Let Gradle verify: take `--dependency-verification off` or `lenient` out, and write the metadata with `--write-verification-metadata sha256`.",
	references: [
		"https://maven.apache.org/ref/current/maven-embedder/cli.html",
		"https://docs.gradle.org/current/userguide/dependency_verification.html",
	],
	examples: [
		{
			caption: "A build with Maven",
			bad: "FROM maven:3.9\nCOPY . .\nRUN «mvn» -B package\n",
			fixed: "FROM maven:3.9\nCOPY . .\nRUN mvn --strict-checksums -B package\n",
		},
		{ caption: "A wrong checksum ends the build", good: "FROM maven:3.9\nCOPY . .\nRUN mvn --strict-checksums -B package\n" },
		{
			caption: "Maven",
			bad: "FROM maven:3.9\nCOPY . .\nRUN «mvn» -B package -DskipTests -Dmaven.test.skip=true\nRUN ./«mvnw» dependency:go-offline\n",
			fixed:
				"FROM maven:3.9\nCOPY . .\nRUN mvn --strict-checksums -B package -DskipTests -Dmaven.test.skip=true\nRUN ./mvnw --strict-checksums dependency:go-offline\n",
		},
		{ caption: "Gradle", bad: "FROM gradle:8\nRUN gradle build «--dependency-verification» lenient && ./gradlew «-Foff» assemble\n" },
		{
			caption: "Strict, offline, or nothing is fetched",
			good: "FROM maven:3.9\nENV X=1\nRUN mvn -C package && mvn -o package && mvn --version && mvn --strict-checksums verify && mvn $OPTIONS package && mvn clean\nRUN gradle build && gradle --dependency-verification=strict build\nFROM maven:3.9\nENV MAVEN_ARGS=-C\nRUN mvn package\nCOPY --from=0 /a /a\n",
		},
		{
			caption: "Maven 4 fails by itself",
			good: "FROM maven:4.0.0-rc-4-eclipse-temurin-21 AS tools\nFROM tools\nRUN mvn package\nFROM maven:4\nRUN ./mvnw verify\nCOPY --from=1 /a /a\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of runSteps(stage)) {
				for (const call of packageCallsOf(step)) {
					const report = call.manager === "maven" ? maven(step, call) : call.manager === "gradle" ? gradle(call) : undefined;
					if (report !== undefined) reports.push(report);
				}
			}
		}
		return reports;
	},
});

/** From this version of Maven on a wrong checksum ends the build. Source: MNG-5728. */
const STRICT_MAJOR = 4;

function maven(step: Step, call: PackageCall): Report | undefined {
	const { name } = call.command;
	if ((imageMajor(step.stage, "maven") ?? 0) >= STRICT_MAJOR) return undefined;
	const goals = [call.verb, ...call.operands.map((word) => word.value ?? "")].filter((goal) => goal !== "" && goal !== "clean");
	if (name === undefined || call.uncertain || goals.length === 0 || goals.some((goal) => /^help:|^wrapper|^archetype:/.test(goal)))
		return undefined;
	if (callHasOption(call, "-C", "--strict-checksums", "-o", "--offline", "-v", "--version", "-h", "--help")) return undefined;
	const configured = OPTIONS_VARIABLES.some((variable) => {
		const value = variableAt(step, variable);
		return value.kind === "set" && /(?:^|\s)(?:-C|--strict-checksums|-o|--offline)(?:\s|$)|checksumPolicy=fail/.test(value.value);
	});
	if (configured) return undefined;
	const fix: Fix = {
		title: "Add --strict-checksums",
		safety: "review",
		edits: [insertAfter(name.span, " --strict-checksums")],
		note: "The build fails where a repository has a wrong checksum.",
	};
	return {
		span: endOf(name),
		message: `${call.program} goes on when the checksum of a download is wrong`,
		subCode: "maven",
		fixes: call.command.decoded ? [] : [fix],
	};
}

/** The program of `./mvnw`, without its folder. */
function endOf(word: { readonly text: string; readonly span: Report["span"] }): Report["span"] {
	const slash = word.text.lastIndexOf("/");
	return word.span.end - word.span.start === word.text.length ? { start: word.span.start + slash + 1, end: word.span.end } : word.span;
}

function gradle(call: PackageCall): Report | undefined {
	const words = call.command.args;
	for (const [index, word] of words.entries()) {
		const value = /^(?:-F|--dependency-verification)=?(.*)$/.exec(word.value ?? "");
		if (value === null) continue;
		const mode = value[1] === "" ? words[index + 1]?.value : value[1];
		if (mode === "off" || mode === "lenient")
			return { span: word.span, message: `Gradle does not fail at unverified dependencies (${mode})`, severity: "info", subCode: "gradle" };
	}
	return undefined;
}
