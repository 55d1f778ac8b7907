"""Orders: a small API that keeps what it is told in memory."""

from flask import Flask, jsonify, request

app = Flask(__name__)
_orders: dict[str, dict] = {}


@app.get("/health")
def health():
    return jsonify(status="ok")


@app.get("/orders/<number>")
def read(number: str):
    order = _orders.get(number)
    return (jsonify(order), 200) if order else (jsonify(error="not found"), 404)


@app.put("/orders/<number>")
def write(number: str):
    _orders[number] = request.get_json(force=True)
    return jsonify(_orders[number]), 201
