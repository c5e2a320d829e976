#include "protocol/dsp/forms.hpp"

#include <algorithm>

#include "protocol/dsp/internal/terms_2024_1.hpp"
#include "protocol/dsp/types.hpp"
#include "protocol/odrl/names.hpp"

namespace kontor::protocol::dsp {

using namespace internal;

namespace {

constexpr std::string_view context_2024_1 = "https://w3id.org/dspace/2024/1/context.json";
constexpr std::array vocabularies{&dspace, &dcat, &dct, &odrl_terms};
constexpr std::array<std::string_view, 3> with_callback_address{
    "ContractRequestMessage", "ContractOfferMessage", "ContractAgreementMessage"};

std::string_view without(const Vocabulary& vocabulary, std::string_view name) {
  for (auto begin : {vocabulary.prefix, vocabulary.iri}) {
    if (name.starts_with(begin)) return name.substr(begin.size());
  }
  return name;
}

/// A name without the vocabulary that it names, where that is one of the protocol's or the object's own.
std::string_view term_of(Kind kind, std::string_view name) {
  for (const auto* vocabulary : vocabularies) {
    if (auto term = without(*vocabulary, name); term.size() < name.size()) return term;
  }
  return without(vocabulary_of(kind), name);
}

const Member* find_member(Kind in, std::string_view name) {
  const auto term = term_of(in, name);
  const auto found =
      std::ranges::find_if(members, [&](const Member& each) { return each.in == in && each.term == term; });
  return found == members.end() ? nullptr : &*found;
}

const Vocabulary& vocabulary_of(const Member& member) {
  return member.vocabulary ? *member.vocabulary : internal::vocabulary_of(member.in);
}

bool is_bare(std::string_view name) {
  return name.find(':') == std::string_view::npos;
}

/// As a name of the vocabulary, unless it is one of another. EDC's prefix is not in the official context.
std::string name_in(const Vocabulary& vocabulary, std::string_view name) {
  if (!is_bare(name)) return std::string(name);
  return std::string(&vocabulary == &edc ? edc.iri : vocabulary.prefix) + std::string(name);
}

template <class Change>
json::Value each_of(const json::Value& value, Change change) {
  const auto* list = value.if_array();
  if (!list) return change(value);
  json::Array changed;
  for (const auto& element : *list) changed.push_back(change(element));
  return changed;
}

json::Value in_brackets(json::Value value) {
  return value.is_array() || value.is_null() ? std::move(value) : json::Value(json::Array{std::move(value)});
}

json::Value reference_to(json::Value id) {
  return id.is_string() ? json::Value(json::Object{{"@id", std::move(id)}}) : std::move(id);
}

/// The type of an object without its vocabulary; empty where it has none.
std::string_view type_of(const json::Value& object, Kind kind) {
  const auto* type = json::find(object, "@type");
  if (const auto* list = type ? type->if_array() : nullptr; list && list->size() == 1) type = &list->front();
  const auto* name = type ? type->if_string() : nullptr;
  return name ? term_of(kind, *name) : std::string_view();
}

Kind root_kind(const json::Value& document) {
  const auto type = type_of(document, Kind::message);
  if (type == "Catalog") return Kind::catalog;
  return type == "Dataset" ? Kind::dataset : Kind::message;
}

class Writer {
 public:
  explicit Writer(const Sender& sender) : sender_(sender) {}

  json::Object document(const json::Value& from) const {
    json::Object out;
    out.emplace("@context", context_2024_1);
    const auto kind = root_kind(from);
    add_members(out, from.get_object(), kind);
    const bool says_where =
        std::ranges::find(with_callback_address, type_of(from, kind)) != with_callback_address.end();
    if (says_where && !out.contains("dspace:callbackAddress"))
      out.emplace("dspace:callbackAddress", sender_.callback_address);
    return out;
  }

 private:
  void add_members(json::Object& out, const json::Object& from, Kind kind) const {
    for (const auto& entry : from) {
      const std::string_view key = entry.key();
      if (key == "@context") continue;
      if (key == "@type" && entry.value().is_string()) {
        out.emplace(key, name_in(internal::vocabulary_of(kind), entry.value().get_string()));
      } else if (key.starts_with('@')) {
        out.emplace(key, entry.value());
      } else if (const auto* member = find_member(kind, key)) {
        const auto name = name_in(vocabulary_of(*member), member->term);
        out.emplace(name, held(*member, entry.value()));
      } else {
        out.emplace(name_in(edc, without(edc, key)), entry.value());
      }
    }
  }

  json::Value object(const json::Value& from, Kind kind) const {
    if (!from.is_object()) return from;
    json::Object out;
    add_members(out, from.get_object(), kind);
    const bool offer = kind == Kind::policy && type_of(from, kind) == "Offer";
    if (offer && !sender_.provider.empty()) out.emplace("odrl:assigner", sender_.provider);
    return out;
  }

  json::Value objects(const json::Value& from, Kind kind) const {
    return each_of(from, [&](const json::Value& each) { return object(each, kind); });
  }

  static json::Value name(const Vocabulary& vocabulary, const json::Value& from) {
    const auto* text = from.if_string();
    return text ? json::Value(name_in(vocabulary, *text)) : from;
  }

  json::Value held(const Member& member, const json::Value& value) const {
    switch (member.holds) {
      case Holds::text:
      case Holds::value:
        return value;
      case Holds::values:
        return in_brackets(value);
      case Holds::term:
        return name(vocabulary_of(member), value);
      case Holds::reference:
        return reference_to(name(vocabulary_of(member), value));
      case Holds::references:
        return in_brackets(each_of(value, reference_to));
      case Holds::action:
        return action(member, value);
      case Holds::operand:
        return operand(value);
      case Holds::node:
        return objects(value, member.child);
      case Holds::nodes:
        return in_brackets(objects(value, member.child));
      case Holds::one:
        return one(objects(value, member.child));
      case Holds::first:
        return in_brackets(service(value, member.child));
    }
    return value;
  }

  json::Value action(const Member& member, const json::Value& value) const {
    if (value.is_object()) return object(value, member.child);
    return value.is_string() && value.get_string() == "use" ? json::Value("odrl:use") : value;
  }

  /// What has no prefix has no vocabulary either, unless EDC's context knows it.
  static json::Value operand(const json::Value& value) {
    const auto* name = value.if_string();
    if (!name) return value;
    return is_bare(*name) || name->starts_with(edc.prefix) ? json::Value(odrl::normalized_name(*name))
                                                           : value;
  }

  static json::Value one(json::Value value) {
    const auto* list = value.if_array();
    return list && list->size() == 1 ? json::Value(list->front()) : std::move(value);
  }

  json::Value service(const json::Value& value, Kind kind) const {
    if (value.is_string()) return json::Object{{"@id", value}, {"@type", "dcat:DataService"}};
    return object(value, kind);
  }

  const Sender& sender_;
};

/// What a node stands for: `{"@id":…}` alone, `{"@value":…}`, or a list of one of them.
json::Value plain(const json::Value& value) {
  if (const auto* list = value.if_array(); list && list->size() == 1) return plain(list->front());
  if (const auto* literal = json::find(value, "@value")) return *literal;
  const auto* id = json::find(value, "@id");
  return id && value.get_object().size() == 1 ? *id : value;
}

class Reader {
 public:
  static json::Object document(const json::Value& from) {
    json::Object out;
    out.emplace("@context", json::Array{json::Value(context_url)});
    add_members(out, from.get_object(), root_kind(from));
    return out;
  }

 private:
  static void add_members(json::Object& out, const json::Object& from, Kind kind) {
    for (const auto& entry : from) {
      const std::string_view key = entry.key();
      if (key == "@context") continue;
      if (key == "@type") {
        const auto type = plain(entry.value());
        const auto* name = type.if_string();
        out.emplace(key, name ? json::Value(term_of(kind, *name)) : entry.value());
      } else if (key.starts_with('@')) {
        out.emplace(key, entry.value());
      } else if (const auto* member = find_member(kind, key)) {
        out.emplace(member->term, held(*member, entry.value()));
      } else if (kind == Kind::filter) {
        out.emplace(without(edc, key), each_of(entry.value(), plain));
      } else {
        out.emplace(key, entry.value());
      }
    }
  }

  static json::Value object(const json::Value& from, Kind kind) {
    if (!from.is_object()) return from;
    json::Object out;
    add_members(out, from.get_object(), kind);
    return out;
  }

  static json::Value objects(const json::Value& from, Kind kind) {
    return each_of(from, [&](const json::Value& each) { return object(each, kind); });
  }

  static json::Value term(const Vocabulary& vocabulary, json::Value value) {
    const auto* name = value.if_string();
    return name ? json::Value(without(vocabulary, *name)) : std::move(value);
  }

  static json::Value held(const Member& member, const json::Value& value) {
    switch (member.holds) {
      case Holds::text:
      case Holds::operand:
        return plain(value);
      case Holds::value:
        return value;
      case Holds::values:
        return in_brackets(value);
      case Holds::term:
      case Holds::reference:
        return term(vocabulary_of(member), plain(value));
      case Holds::references:
        return one_or_several(each_of(value, plain));
      case Holds::action:
        return action(member, plain(value));
      case Holds::node:
        return objects(value, member.child);
      case Holds::nodes:
      case Holds::one:
        return in_brackets(objects(value, member.child));
      case Holds::first:
        return service(value, member.child);
    }
    return value;
  }

  static json::Value one_or_several(json::Value value) {
    const auto* list = value.if_array();
    return list && list->size() == 1 ? json::Value(list->front()) : std::move(value);
  }

  static json::Value action(const Member& member, const json::Value& value) {
    if (value.is_object()) return object(value, member.child);
    const auto* name = value.if_string();
    return name && odrl::odrl_term(*name) == "use" ? json::Value("use") : value;
  }

  /// A service that says nothing but its id is named by it.
  static json::Value service(const json::Value& value, Kind kind) {
    const auto* list = value.if_array();
    if (list && list->empty()) return value;
    auto found = object(list ? list->front() : value, kind);
    const auto* id = json::find(found, "@id");
    const auto telling =
        found.is_object() ? found.get_object().size() - found.get_object().count("@type") : 0;
    return id && telling == 1 ? json::Value(*id) : std::move(found);
  }
};

}  // namespace

/// The schema has `eventType` as a string, which the official context makes a literal of: a peer that expands
/// it, such as EDC, finds no event there. As a reference both mean the same.
json::Value to_2024_1(const json::Value& document, const Sender& sender) {
  if (!document.is_object()) return document;
  return Writer(sender).document(document);
}

json::Value from_2024_1(const json::Value& document) {
  if (!document.is_object()) return document;
  return Reader::document(document);
}

}  // namespace kontor::protocol::dsp
