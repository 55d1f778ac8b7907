// Serves the files of `public`, and says that it is well at /health.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import mime from "mime";

const files = new Set(JSON.parse(await readFile("public/files.json", "utf8")));

createServer(async (request, response) => {
	const path = new URL(request.url ?? "/", "http://localhost").pathname.slice(1) || "index.html";
	if (path === "health") return response.end("ok");
	if (!files.has(path)) return response.writeHead(404).end("not found");
	response.writeHead(200, { "content-type": mime.getType(path) ?? "application/octet-stream" });
	response.end(await readFile(`public/${path}`));
}).listen(3000);
