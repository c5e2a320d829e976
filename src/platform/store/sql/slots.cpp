#include "platform/store/sql/slots.hpp"

#include <algorithm>

#include "base/text/text.hpp"

namespace kontor::platform::store::sql {
namespace {

std::string_view type_name(entity::FieldType type) {
  switch (type) {
    case entity::FieldType::text:
      return "text";
    case entity::FieldType::number:
      return "number";
    case entity::FieldType::instant:
      return "instant";
    case entity::FieldType::boolean:
      return "boolean";
  }
  return "";
}

/// The first slot of the type that the kind has not given away; empty: there is none.
std::string_view free_slot(const KindSlots& taken, std::string_view type) {
  const auto found = std::ranges::find_if(slot_columns, [&](std::string_view column) {
    return text::split_once(column, '_')->first == type &&
           std::ranges::none_of(taken, [&](const auto& given) { return given.second == column; });
  });
  return found == slot_columns.end() ? std::string_view() : *found;
}

void give_slots_to(const entity::Kind& kind, KindSlots& own, std::vector<GivenSlot>& given) {
  for (const auto& declared : kind.fields) {
    const auto field = protocol::query::resolve(kind, declared.name);
    if (!declared.indexed || !field || std::ranges::any_of(field->path, &PathSegment::any_element)) continue;
    auto path = path_of(*field);
    const auto column = own.contains(path) ? std::string_view() : free_slot(own, type_name(field->type));
    if (column.empty()) continue;
    own.emplace(path, column);
    given.push_back({std::string(kind.name), std::move(path), std::string(column)});
  }
}

}  // namespace

const KindSlots& slots_of(const Slots& slots, std::string_view kind) {
  static const KindSlots none;
  const auto found = slots.find(kind);
  return found == slots.end() ? none : found->second;
}

std::string path_of(const ResolvedField& field) {
  std::string path(type_name(field.type));
  char before = ':';
  for (const auto& segment : field.path) {
    path += before + segment.name;
    before = '.';
  }
  return path;
}

ResolvedField field_at(std::string_view path) {
  const auto named = text::split_once(path, ':');
  invariant(named.has_value(), "a slot's path names its type");
  ResolvedField field;
  for (const auto name : text::split(named->second, '.')) field.path.push_back({std::string(name), false});
  field.type = named->first == "text"     ? entity::FieldType::text
               : named->first == "number" ? entity::FieldType::number
                                          : entity::FieldType::instant;
  return field;
}

std::vector<GivenSlot> give_slots(Slots& slots, std::span<const entity::Kind* const> kinds) {
  std::vector<GivenSlot> given;
  for (const auto* kind : kinds) {
    KindSlots own = slots_of(slots, kind->name);
    const auto before = given.size();
    give_slots_to(*kind, own, given);
    if (given.size() > before) slots.insert_or_assign(std::string(kind->name), std::move(own));
  }
  return given;
}

}  // namespace kontor::platform::store::sql
