#include "protocol/query/field.hpp"

#include <algorithm>

#include "base/text/text.hpp"

namespace kontor::protocol::query {
namespace {

constexpr std::string_view edc_namespace = "https://w3id.org/edc/v0.0.1/ns/";

/// A property of the EDC namespace is stored under its short name (domain/offer), so it is looked up under
/// that.
std::string_view without_edc_namespace(std::string_view name) {
  if (name.starts_with(edc_namespace)) return name.substr(edc_namespace.size());
  if (name.starts_with("edc:")) return name.substr(4);
  return name;
}

bool is_iri(std::string_view field) {
  return field.starts_with("http://") || field.starts_with("https://") || field.starts_with("urn:");
}

const entity::Field* declared(const entity::Kind& kind, std::string_view name) {
  const auto found = std::ranges::find(kind.fields, name, &entity::Field::name);
  return found == kind.fields.end() ? nullptr : &*found;
}

std::vector<PathSegment> stored_path(std::string_view path) {
  std::vector<PathSegment> segments;
  for (auto part : text::split(path, '.')) {
    const bool any = part.ends_with("[]");
    if (any) part.remove_suffix(2);
    segments.push_back({std::string(part), any});
  }
  return segments;
}

ResolvedField of_declared(const entity::Field& field) {
  return {stored_path(field.path), field.type, true, field.indexed};
}

/// How many of `segments` spell the free path; 0: they do not.
std::size_t matched(const std::vector<std::string>& segments, std::string_view free_path) {
  const auto parts = text::split(free_path, '.');
  if (segments.size() <= parts.size()) return 0;
  return std::ranges::equal(parts, std::span(segments).first(parts.size())) ? parts.size() : 0;
}

ResolvedField of_free(std::string_view free_path, std::span<const std::string> members) {
  ResolvedField field;
  field.path = stored_path(free_path);
  for (const auto& member : members)
    field.path.push_back({std::string(without_edc_namespace(member)), false});
  return field;
}

std::unexpected<Error> unknown_field(const entity::Kind& kind, std::string_view field) {
  std::vector<std::string> known;
  for (const auto& candidate : kind.fields) known.emplace_back(candidate.name);
  if (!kind.free_properties.empty()) {
    for (auto path : text::split(kind.free_properties, ' ')) known.push_back(std::string(path) + ".*");
  }
  return invalid("", "Field {} not found; {} can be asked for: {}", text::for_log(field), kind.name,
                 text::join(known, ", "));
}

}  // namespace

Result<std::vector<std::string>> field_segments(std::string_view field) {
  std::vector<std::string> segments;
  std::size_t at = 0;
  while (true) {
    std::string segment;
    const char quote = at < field.size() ? field[at] : '\0';
    if (quote == '\'' || quote == '"') {
      const auto end = field.find(quote, at + 1);
      if (end == std::string_view::npos)
        return invalid("", "field {}: a quote is not closed", text::for_log(field));
      segment = field.substr(at + 1, end - at - 1);
      at = end + 1;
    } else {
      const auto end = std::min(field.find('.', at), field.size());
      segment = field.substr(at, end - at);
      at = end;
    }
    if (segment.empty()) return invalid("", "field {}: a segment is empty", text::for_log(field));
    segments.push_back(std::move(segment));
    if (at == field.size()) return segments;
    if (field[at] != '.')
      return invalid("", "field {}: a dot is missing behind a quote", text::for_log(field));
    ++at;
  }
}

Result<ResolvedField> resolve(const entity::Kind& kind, std::string_view field) {
  if (const auto* exact = declared(kind, field)) return of_declared(*exact);
  std::vector<std::string> segments;
  if (is_iri(field)) {
    segments.emplace_back(field);
  } else {
    auto split = field_segments(field);
    if (!split) return fail(std::move(split.error()));
    segments = std::move(*split);
  }
  if (segments.size() == 1) {
    if (const auto* by_iri = declared(kind, without_edc_namespace(segments.front())))
      return of_declared(*by_iri);
  }
  if (kind.free_properties.empty()) return unknown_field(kind, field);
  const auto free_paths = text::split(kind.free_properties, ' ');
  for (auto free_path : free_paths) {
    const auto count = matched(segments, free_path);
    if (count == 0) continue;
    const auto members = std::span(segments).subspan(count);
    // `properties.'…/ns/id'` asks for the entity's own field, as the bare IRI does.
    if (members.size() == 1 && members[0].starts_with(edc_namespace)) {
      if (const auto* own = declared(kind, without_edc_namespace(members[0]))) return of_declared(*own);
    }
    return of_free(free_path, members);
  }
  return of_free(free_paths.front(), segments);
}

namespace {

Result<void> check_predicate(const Predicate& predicate, const entity::Kind& kind) {
  if (predicate.kind == Predicate::Kind::criterion) {
    auto field = resolve(kind, predicate.criterion.field);
    if (!field) return fail(std::move(field.error()));
    return {};
  }
  for (const auto& term : predicate.terms) {
    if (auto done = check_predicate(term, kind); !done) return done;
  }
  return {};
}

void collect(const json::Value& value, std::span<const PathSegment> path,
             std::vector<const json::Value*>& out) {
  if (path.empty()) {
    out.push_back(&value);
    return;
  }
  const auto* member = json::find(value, path.front().name);
  if (!member) return;
  if (!path.front().any_element) return collect(*member, path.subspan(1), out);
  const auto* array = member->if_array();
  if (!array) return;
  for (const auto& element : *array) collect(element, path.subspan(1), out);
}

}  // namespace

Result<void> check_fields(const Query& query, const entity::Kind& kind) {
  for (const auto& sort : query.sort) {
    auto field = resolve(kind, sort.field);
    if (!field) return fail(std::move(field.error()));
  }
  return check_predicate(query.where, kind);
}

std::vector<const json::Value*> values_at(const json::Value& stored, const std::vector<PathSegment>& path) {
  std::vector<const json::Value*> values;
  collect(stored, path, values);
  return values;
}

FieldValues fields_of(const entity::Kind& kind, const json::Value& stored) {
  return [&kind, &stored](std::string_view field) -> std::vector<const json::Value*> {
    auto resolved = resolve(kind, field);
    if (!resolved) return {};
    return values_at(stored, resolved->path);
  };
}

}  // namespace kontor::protocol::query
