#include "platform/store/sqlite/internal/put.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace kontor::platform::store::sqlite {
namespace {

/// What is indexed of an entity beside its key: when it is due, then its slots.
constexpr std::size_t indexed_count = 1 + sql::slot_columns.size();
using Indexed = std::array<sql::Value, indexed_count>;

std::string_view indexed_column(std::size_t index) {
  return index == 0 ? "due_at" : sql::slot_columns[index - 1];
}

/// `due_at, text_1, …`, or as many `?`.
std::string indexed_list(bool as_parameters) {
  std::string list;
  for (std::size_t i = 0; i < indexed_count; ++i) {
    if (i > 0) list += ", ";
    list += as_parameters ? "?" : indexed_column(i);
  }
  return list;
}

Indexed indexed_of(const Put& put, SlotValues slots) {
  Indexed indexed;
  if (put.due_at) indexed[0] = std::int64_t{put.due_at->time_since_epoch().count()};
  std::ranges::move(slots, indexed.begin() + 1);
  return indexed;
}

Result<void> insert(Connection& connection, const sql::Unit& unit, const Put& put, const Indexed& indexed) {
  static const auto text = fmt::format(
      "INSERT INTO entities (context, kind, id, version, codec_version, created_at, updated_at, body, {}) "
      "VALUES (?1, ?2, ?3, 1, ?4, ?5, ?5, ?6, {}) ON CONFLICT DO NOTHING",
      indexed_list(false), indexed_list(true));
  auto query = connection.prepare(text);
  if (!query) return fail(std::move(query.error()));
  query->bind(1, unit.context).bind(2, put.kind->name).bind(3, put.id).bind(4, put.kind->codec_version);
  query->bind(5, unit.at).bind(6, std::string_view(put.body));
  int parameter = 6;
  for (const auto& value : indexed) query->bind(++parameter, value);
  if (auto written = query->run(); !written) return written;
  if (connection.changes() == 1) return {};
  return fail(ErrorCode::conflict, "the {} '{}' exists already", put.kind->name, put.id);
}

struct Stored {
  std::int64_t row;
  Indexed indexed;
};

/// None: it is not there, or at another version.
Result<std::optional<Stored>> stored(Connection& connection, const ContextId& context, const Put& put) {
  static const auto text =
      fmt::format("SELECT rowid, {} FROM entities WHERE context = ? AND kind = ? AND id = ? AND version = ?",
                  indexed_list(false));
  auto query = connection.prepare(text);
  if (!query) return fail(std::move(query.error()));
  auto row = query->bind(1, context).bind(2, put.kind->name).bind(3, put.id).bind(4, put.expected).step();
  if (!row) return fail(std::move(row.error()));
  if (!*row) return std::optional<Stored>{};
  Stored found{query->integer(0), {}};
  for (std::size_t i = 0; i < indexed_count; ++i) found.indexed[i] = query->value(static_cast<int>(i) + 1);
  return std::optional(std::move(found));
}

Result<void> update(Connection& connection, const sql::Unit& unit, const Put& put, const Indexed& indexed) {
  auto before = stored(connection, unit.context, put);
  if (!before) return fail(std::move(before.error()));
  if (!*before) {
    return fail(ErrorCode::version_conflict, "the {} '{}' is not at version {} any more", put.kind->name,
                put.id, put.expected);
  }
  std::string text = "UPDATE entities SET version = version + 1, codec_version = ?, updated_at = ?, body = ?";
  std::vector<const sql::Value*> changed;
  for (std::size_t i = 0; i < indexed_count; ++i) {
    if (indexed[i] == (*before)->indexed[i]) continue;
    text.append(", ").append(indexed_column(i)).append(" = ?");
    changed.push_back(&indexed[i]);
  }
  text += " WHERE rowid = ?";
  auto query = connection.prepare(text);
  if (!query) return fail(std::move(query.error()));
  query->bind(1, put.kind->codec_version).bind(2, unit.at).bind(3, std::string_view(put.body));
  int parameter = 3;
  for (const auto* value : changed) query->bind(++parameter, *value);
  return query->bind(++parameter, (*before)->row).run();
}

}  // namespace

Result<void> write_put(Connection& connection, const WrittenSlots& slots, const sql::Unit& unit,
                       const Put& put) {
  auto values = slots.read(put.kind->name, put.body);
  if (!values) return fail(std::move(values.error()));
  const auto indexed = indexed_of(put, std::move(*values));
  return put.expected == 0 ? insert(connection, unit, put, indexed) : update(connection, unit, put, indexed);
}

}  // namespace kontor::platform::store::sqlite
