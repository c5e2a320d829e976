#include "protocol/dcp/normalise.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "protocol/dcp/messages.hpp"

namespace kontor::protocol::dcp {
namespace {

constexpr std::string_view credentials_issuer = "https://www.w3.org/2018/credentials#issuer";

/// Members that hold a list, of values or of nodes.
constexpr std::array<std::string_view, 3> value_lists{"scope", "presentation", "bindingMethods"};
constexpr std::array<std::string_view, 2> node_lists{"credentials", "credentialsSupported"};
/// Members that are JSON literals: nothing inside of them is touched.
constexpr std::array<std::string_view, 3> literals{"presentationDefinition", "presentationSubmission",
                                                   "issuancePolicy"};

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

std::string_view term_of(std::string_view name) {
  if (name == "@type") return "type";
  if (name == "@id") return "id";
  if (name == credentials_issuer) return "issuer";
  if (name.starts_with(vocabulary)) return name.substr(vocabulary.size());
  if (name.starts_with("dcp:")) return name.substr(4);
  return name;
}

/// The value inside of `{"@value": …}`; null where it is not wrapped so.
const json::Value* literal_of(const json::Value& value) {
  const auto* object = value.if_object();
  return object ? object->if_contains("@value") : nullptr;
}

json::Value unwrapped(const json::Value& value) {
  if (const auto* array = value.if_array(); array && array->size() == 1) return unwrapped(array->front());
  if (const auto* literal = literal_of(value)) return *literal;
  if (const auto* object = value.if_object(); object && object->size() == 1) {
    if (const auto* id = object->if_contains("@id")) return *id;
  }
  return value;
}

json::Value literal(const json::Value& value) {
  if (const auto* array = value.if_array(); array && array->size() == 1) return literal(array->front());
  const auto* inner = literal_of(value);
  return inner ? *inner : value;
}

/// The elements of a list in any of its forms: `[…]`, one value, `{"@list": […]}`, a JSON literal that is a
/// list.
json::Array elements_of(const json::Value& value) {
  if (const auto* inner = literal_of(value))
    return inner->is_array() ? inner->get_array() : json::Array{*inner};
  if (const auto* object = value.if_object()) {
    if (const auto* list = object->if_contains("@list"); list && list->is_array()) return list->get_array();
  }
  const auto* array = value.if_array();
  if (!array) return json::Array{value};
  json::Array elements;
  for (const auto& element : *array) {
    const bool nested =
        literal_of(element) || (element.is_object() && element.get_object().contains("@list"));
    if (!nested) {
      elements.push_back(element);
      continue;
    }
    for (auto& inner : elements_of(element)) elements.push_back(std::move(inner));
  }
  return elements;
}

json::Value type_of(const json::Value& value) {
  auto type = unwrapped(value);
  if (const auto* text = type.if_string()) return json::Value(term_of(*text));
  return type;
}

json::Value node(const json::Object& object);

json::Value member(std::string_view term, const json::Value& value) {
  if (term == "@context" || value.is_null()) return value;
  if (term == "type") return type_of(value);
  if (is_one_of(literals, term)) return literal(value);
  if (is_one_of(value_lists, term)) {
    json::Array values;
    for (const auto& element : elements_of(value)) {
      values.push_back(term == "presentation" ? element : unwrapped(element));
    }
    return values;
  }
  if (is_one_of(node_lists, term)) {
    json::Array nodes;
    for (const auto& element : elements_of(value)) {
      nodes.push_back(element.is_object() ? node(element.get_object()) : element);
    }
    return nodes;
  }
  return unwrapped(value);
}

json::Value node(const json::Object& object) {
  json::Object compact;
  for (const auto& entry : object) {
    const auto term = term_of(entry.key());
    if (!compact.contains(term)) compact.emplace(term, member(term, entry.value()));
  }
  return compact;
}

}  // namespace

json::Value normalise(const json::Value& message) {
  if (const auto* array = message.if_array(); array && array->size() == 1) return normalise(array->front());
  const auto* object = message.if_object();
  return object ? node(*object) : message;
}

}  // namespace kontor::protocol::dcp
