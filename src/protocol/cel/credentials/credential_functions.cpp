#include "protocol/cel/credentials/credential_functions.hpp"

#include "base/text/text.hpp"
#include "protocol/cel/comparison.hpp"

namespace kontor::protocol::cel::credentials {
namespace {

/// Whether a credential is what the rest of the arguments says.
using Predicate = Result<bool> (*)(const Value& credential, Arguments rest, Meter& meter);

const Value* member(const Value& value, std::string_view name) {
  const auto* map = value.if_map();
  return map ? map->find(name) : nullptr;
}

/// JSON-LD has one value or a list of them.
std::span<const Value> one_or_many(const Value* value) {
  if (!value) return {};
  if (const auto* list = value->if_list()) return *list;
  return {value, 1};
}

Result<bool> contains(const Value* values, const Value& wanted, Meter& meter) {
  for (const auto& value : one_or_many(values)) {
    auto same = equal(value, wanted, meter);
    if (!same || *same) return same;
  }
  return false;
}

Result<bool> has_type(const Value& credential, Arguments rest, Meter& meter) {
  return contains(member(credential, "type"), rest[0], meter);
}

Result<bool> has_context(const Value& credential, Arguments rest, Meter& meter) {
  return contains(member(credential, "@context"), rest[0], meter);
}

Result<bool> has_issuer(const Value& credential, Arguments rest, Meter& meter) {
  const auto* issuer = member(credential, "issuer");
  const auto* id = issuer ? member(*issuer, "id") : nullptr;
  return contains(id ? id : issuer, rest[0], meter);
}

/// A date that is there and cannot be read is a bound that does not hold.
Result<bool> is_valid(const Value& credential, Arguments rest, Meter&) {
  const auto* now = rest[0].if_timestamp();
  if (!now) return invalid("", "valid() needs the variable 'now', a timestamp");
  if (!credential.if_map()) return false;
  const auto holds = [&](std::string_view name, auto bound) {
    const auto* date = member(credential, name);
    if (!date || date->is_null()) return true;
    const auto* text = date->if_string();
    const auto at = text ? parse_timestamp(*text) : Result<Timestamp>(invalid("", "no date"));
    return at && bound(*at);
  };
  return holds("issuanceDate", [&](Timestamp from) { return from <= *now; }) &&
         holds("expirationDate", [&](Timestamp until) { return *now <= until; });
}

const Value* claim_of_subject(const Value& subject, std::string_view name) {
  if (const auto* claim = member(subject, name)) return claim;
  const auto* place = &subject;
  for (const auto segment : text::split(name, '.')) {
    place = member(*place, segment);
    if (!place) return nullptr;
  }
  return place;
}

/// Appends the values that the credential's subjects have under a name.
Result<void> collect(const Value& credential, const Value& name, List& values, Meter& meter) {
  for (const auto& subject : one_or_many(member(credential, "credentialSubject"))) {
    if (auto paid = meter.spend(1 + length_bytes(name) / 8); !paid) return paid;
    const auto* claim = claim_of_subject(subject, *name.if_string());
    if (!claim) continue;
    if (auto paid = meter.allocate(sizeof(Value)); !paid) return paid;
    values.push_back(*claim);
  }
  return {};
}

Result<bool> has_claim(const Value& credential, Arguments rest, Meter& meter) {
  List values;
  if (auto done = collect(credential, rest[0], values, meter); !done) return fail(std::move(done.error()));
  return !values.empty();
}

Result<bool> has_claim_of_value(const Value& credential, Arguments rest, Meter& meter) {
  List values;
  if (auto done = collect(credential, rest[0], values, meter); !done) return fail(std::move(done.error()));
  for (const auto& value : values) {
    auto same = equal(value, rest[1], meter);
    if (!same || *same) return same;
  }
  return false;
}

Result<Value> claims(Arguments arguments, Meter& meter) {
  List values;
  for (const auto& credential : one_or_many(&arguments[0])) {
    if (auto done = collect(credential, arguments[1], values, meter); !done)
      return fail(std::move(done.error()));
  }
  return values;
}

Result<Value> first_claim(Arguments arguments, Meter& meter) {
  auto values = claims(arguments, meter);
  if (!values) return values;
  const auto& list = *values->if_list();
  return list.empty() ? Value() : list.front();
}

template <Predicate holds>
Result<Value> those(Arguments arguments, Meter& meter) {
  List found;
  for (const auto& credential : *arguments[0].if_list()) {
    if (auto paid = meter.spend(1); !paid) return fail(std::move(paid.error()));
    auto is_so = holds(credential, arguments.subspan(1), meter);
    if (!is_so) return fail(std::move(is_so.error()));
    if (!*is_so) continue;
    if (auto paid = meter.allocate(sizeof(Value)); !paid) return fail(std::move(paid.error()));
    found.push_back(credential);
  }
  return found;
}

/// For a list whether one is so, for a credential whether it is.
template <Predicate holds>
Result<Value> whether(Arguments arguments, Meter& meter) {
  for (const auto& credential : one_or_many(&arguments[0])) {
    if (auto paid = meter.spend(1); !paid) return fail(std::move(paid.error()));
    auto is_so = holds(credential, arguments.subspan(1), meter);
    if (!is_so) return fail(std::move(is_so.error()));
    if (*is_so) return true;
  }
  return false;
}

}  // namespace

std::vector<Function> functions() {
  using enum Kind;
  return {
      {"withType", {list, string}, list, those<has_type>, true},
      {"withContext", {list, string}, list, those<has_context>, true},
      {"withIssuer", {list, string}, list, those<has_issuer>, true},
      {"valid", {list}, list, those<is_valid>, true, {"now"}},
      {"hasCredential", {list, string}, boolean, whether<has_type>, true},
      {"hasClaim", {list, string}, boolean, whether<has_claim>, true},
      {"hasClaim", {list, string, dyn}, boolean, whether<has_claim_of_value>, true},
      {"claim", {list, string}, dyn, first_claim, true},
      {"claims", {list, string}, list, claims, true},
      {"hasType", {map, string}, boolean, whether<has_type>, true},
      {"hasContext", {map, string}, boolean, whether<has_context>, true},
      {"valid", {map}, boolean, whether<is_valid>, true, {"now"}},
      {"hasClaim", {map, string}, boolean, whether<has_claim>, true},
      {"hasClaim", {map, string, dyn}, boolean, whether<has_claim_of_value>, true},
      {"claim", {map, string}, dyn, first_claim, true},
  };
}

}  // namespace kontor::protocol::cel::credentials
