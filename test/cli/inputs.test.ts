import assert from "node:assert/strict";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { hullguard, temporaryWorkspace, type Workspace } from "../support/commandLine.ts";
import { corpusFiles } from "../support/corpus.ts";

const CLEAN = "FROM scratch\nUSER 1000:1000\n";

interface Linted {
	readonly code: number | null;
	readonly paths: readonly string[];
	readonly problems: readonly { readonly message: string }[];
	readonly stderr: string;
}

describe("what the command line reads", () => {
	let workspace: Workspace;
	afterEach(() => workspace.remove());

	async function lint(args: readonly string[] = [], folder = workspace.folder): Promise<Linted> {
		const { stdout, stderr, code } = await hullguard(["lint", "--format", "json", ...args], { folder });
		const report = JSON.parse(stdout) as { files: { path: string }[]; problems: { message: string }[] };
		return { code, paths: report.files.map((file) => file.path), problems: report.problems, stderr };
	}

	it("takes Dockerfiles and Containerfiles in all their names, and nothing that only looks like one", async () => {
		const names = ["Dockerfile", "Containerfile", "Dockerfile.dev", "Dockerfile.go", "api.dockerfile", "web.Containerfile", "dockerfile"];
		const others = ["Dockerfile.md", "Dockerfile.j2", "dockerfile.go", "Dockerfile~", "Makefile", "docker-compose.yml"];
		workspace = temporaryWorkspace(
			Object.fromEntries([...names, ...others].map((name) => [`${name === "dockerfile" ? "l/" : ""}${name}`, CLEAN])),
		);
		assert.deepEqual((await lint()).paths.toSorted(), names.map((name) => (name === "dockerfile" ? "l/dockerfile" : name)).toSorted());
		assert.deepEqual((await lint(["Makefile"])).paths, ["Makefile"], "what is named is read, whatever its name");
	});

	it("takes ignore files and files that hold Dockerfiles along, and repairs them", async () => {
		const compose = "services:\n  a:\n    build:\n      dockerfile_inline: |\n        FROM debian:12\n        RUN apt-get install curl\n";
		workspace = temporaryWorkspace({
			"api/Dockerfile": CLEAN,
			"api/.dockerignore": "dist\n!\ndist\n",
			"api/Dockerfile.dockerignore": "dist\n",
			"compose.yaml": compose,
			"other/compose.yaml": "services:\n  a:\n    image: postgres\n",
		});
		const { paths, code } = await lint();
		assert.deepEqual(paths, ["api/.dockerignore", "api/Dockerfile", "api/Dockerfile.dockerignore", "compose.yaml"]);
		assert.equal(code, 1);
		const { stdout } = await hullguard(["lint", "--format", "json", "api/.dockerignore"], workspace);
		const { files } = JSON.parse(stdout) as { files: { findings: { rule: string }[] }[] };
		assert.deepEqual(
			files[0]?.findings.map((finding) => finding.rule.split("/")[1]),
			["refused", "repeated"],
		);
		assert.equal((await hullguard(["fix", "--review"], workspace)).code, 0);
		assert.equal(readFileSync(workspace.path("api/.dockerignore"), "utf8"), "dist\n");
		assert.match(readFileSync(workspace.path("compose.yaml"), "utf8"), /^ {8}RUN apt-get .*install -y .*curl/m);
	});

	it("leaves out what Git leaves out, decided by the nearest file", async () => {
		workspace = temporaryWorkspace({
			".git/HEAD": "ref: refs/heads/main\n",
			".git/Dockerfile": CLEAN,
			".gitignore": "out/\n*.dockerfile\n!keep.dockerfile\n/Dockerfile\n",
			Dockerfile: CLEAN,
			"a.dockerfile": CLEAN,
			"keep.dockerfile": CLEAN,
			"out/Dockerfile": CLEAN,
			"deep/out/Dockerfile": CLEAN,
			"deep/Dockerfile": CLEAN,
			"deep/.gitignore": "!b.dockerfile\nkeep.dockerfile\n",
			"deep/b.dockerfile": CLEAN,
			"deep/keep.dockerfile": CLEAN,
			"node_modules/p/Dockerfile": CLEAN,
		});
		assert.deepEqual((await lint()).paths, ["deep/Dockerfile", "deep/b.dockerfile", "keep.dockerfile"]);
		assert.deepEqual(
			(await lint([], workspace.path("deep"))).paths,
			["Dockerfile", "b.dockerfile"],
			"files of the folders above count too",
		);
		assert.deepEqual(
			(await lint(["Dockerfile", "out/Dockerfile"])).paths,
			["Dockerfile", "out/Dockerfile"],
			"named files are read all the same",
		);
	});

	it("takes names with blanks, of every script, and that look like options", async () => {
		const names = ["Größe und Maß/Dockerfile", "日本語.dockerfile", "my app/Dockerfile.dev", "-x.dockerfile"];
		workspace = temporaryWorkspace(Object.fromEntries(names.map((name) => [name, CLEAN])));
		assert.deepEqual((await lint()).paths.toSorted(), names.toSorted());
		assert.deepEqual((await lint(["Größe und Maß", "--", "-x.dockerfile"])).paths, ["-x.dockerfile", "Größe und Maß/Dockerfile"]);
	});

	it("reads a file once, however often it is named", async () => {
		workspace = temporaryWorkspace({ "a/Dockerfile": CLEAN });
		assert.deepEqual((await lint(["a", "a/Dockerfile", "./a/../a"])).paths, ["a/Dockerfile"]);
	});

	it("follows links to files, not to folders, and says which lead nowhere", async function () {
		if (process.platform === "win32") this.skip();
		workspace = temporaryWorkspace({ "real/text": CLEAN });
		mkdirSync(workspace.path("links"));
		symlinkSync("../real/text", workspace.path("links/Dockerfile"));
		symlinkSync("..", workspace.path("links/loop"));
		symlinkSync("nowhere", workspace.path("links/gone.dockerfile"));
		const { paths, problems, code } = await lint(["links"]);
		assert.deepEqual(paths, ["links/Dockerfile"]);
		assert.match(problems[0]?.message ?? "", /^links\/gone\.dockerfile cannot be read: it is not there/);
		assert.equal(code, 2);
	});

	it("says when there is nothing to check", async () => {
		workspace = temporaryWorkspace({ "empty/readme.md": "" });
		const { code, stderr } = await lint(["empty"]);
		assert.equal(code, 2);
		assert.match(stderr, /hullguard: There is no Dockerfile in empty\n {2}Name a file, or a folder/);
	});

	it("keeps byte order mark and line ends when it repairs", async () => {
		workspace = temporaryWorkspace({
			Dockerfile: "\ufeffFROM debian:12\r\nRUN apt-get update && apt-get install curl\r\nUSER 1:1",
			// It takes the mark away.
			"hullguard.yaml": "rules:\n  line-endings-mixed: off\n",
		});
		await hullguard(["fix"], { folder: workspace.folder });
		const text = readFileSync(workspace.path("Dockerfile"), "utf8");
		assert.match(text, /^\ufeffFROM debian:12\r\nRUN .*install -y curl/);
		assert.doesNotMatch(text, /[^\r]\n/);
		assert.match(text, /USER 1:1$/);
	});

	it("never writes a file that is not UTF-8 back", async () => {
		workspace = temporaryWorkspace();
		const bytes = Buffer.concat([
			Buffer.from("FROM debian:12\n# gr"),
			Buffer.from([0xfc]),
			Buffer.from("n\nRUN apt-get update && apt-get install curl\n"),
		]);
		writeFileSync(workspace.path("Dockerfile"), bytes);
		const { code, stderr } = await hullguard(["fix"], { folder: workspace.folder });
		assert.equal(code, 2);
		assert.match(stderr, /Dockerfile is not UTF-8 text and is left as it is/);
		assert.deepEqual(readFileSync(workspace.path("Dockerfile")), bytes);
		assert.equal((await lint()).code, 1, "it is checked all the same");
	});

	it("reads standard input under a name alone, and beside files", async () => {
		workspace = temporaryWorkspace({ "a/Dockerfile": CLEAN });
		const alone = await hullguard(["lint", "--stdin-filename", "b c/ü.dockerfile", "--format", "json"], {
			folder: workspace.folder,
			input: CLEAN,
		});
		assert.deepEqual((JSON.parse(alone.stdout) as { files: object[] }).files, [{ path: "b c/ü.dockerfile", findings: [] }]);
		const both = await hullguard(["lint", "-", "a", "--format", "json"], { folder: workspace.folder, input: CLEAN });
		assert.deepEqual(
			(JSON.parse(both.stdout) as { files: { path: string }[] }).files.map((file) => file.path),
			["Dockerfile", "a/Dockerfile"],
		);
	});

	it("moves no cursor with what a file says", async () => {
		workspace = temporaryWorkspace({ Dockerfile: "FROM debian:12\nRUN apt-get install \u001b[2Jcurl\u202e\n" });
		const { stdout, stderr } = await hullguard(["lint", "--preset", "all"], { folder: workspace.folder });
		// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
		assert.doesNotMatch(stdout + stderr, /[\u0000-\u0009\u000b-\u001f\u007f\u202e]/);
		assert.match(stdout, /␛\[2Jcurl/);
	});

	it("checks all files of the corpus in one process", async function () {
		this.timeout(120_000);
		workspace = temporaryWorkspace();
		const files = corpusFiles();
		const copies = Math.ceil(2000 / files.length);
		for (let copy = 0; copy < copies; copy++) {
			files.forEach(({ text }, index) => {
				workspace.write(`${copy}/${index}/Dockerfile`, text);
			});
		}
		const { paths, problems, code } = await lint();
		assert.deepEqual(problems, []);
		assert.equal(paths.length, files.length * copies);
		assert.equal(new Set(paths).size, paths.length);
		assert.equal(code, 1);
	});
});
