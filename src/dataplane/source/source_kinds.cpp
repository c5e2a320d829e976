#include "dataplane/source/source_kinds.hpp"

#include <algorithm>

#include "base/text/text.hpp"

namespace kontor::dataplane::source {
namespace {

constexpr std::string_view edc_namespace = "https://w3id.org/edc/v0.0.1/ns/";

std::string_view plain_name(std::string_view name) {
  return name.starts_with(edc_namespace) ? name.substr(edc_namespace.size()) : name;
}

}  // namespace

void SourceKinds::add(SourceKind& kind) {
  invariant(!find(kind.type()), "a type of sources has one kind");
  kinds_.push_back(&kind);
}

Result<dps::DataAddress> SourceKinds::read(const json::Node& node) const {
  dps::DataAddress address;
  if (auto done = dps::read_data_address(node, address); !done) return fail(std::move(done.error()));
  if (const auto* kind = find(address.endpoint_type)) return kind->read(node);
  std::vector<std::string> known;
  for (const auto* kind : kinds_) known.emplace_back(kind->type());
  return invalid(node.pointer() + "/type", "must be one of: {}", text::join(known, ", "));
}

Task<Result<std::shared_ptr<Source>>> SourceKinds::open(Reader reader, dps::DataAddress address) const {
  auto* kind = find(address.endpoint_type);
  if (!kind) co_return invalid("/type", "there are no sources of type '{}' any more", address.endpoint_type);
  co_return co_await kind->open(std::move(reader), std::move(address));
}

SourceKind* SourceKinds::find(std::string_view type) const {
  const auto found = std::ranges::find(kinds_, plain_name(type), &SourceKind::type);
  return found == kinds_.end() ? nullptr : *found;
}

Reader reader_of(ContextId context, const domain::data_flow::Terms& terms) {
  return {.context = std::move(context),
          .flow = terms.process_id,
          .agreement = terms.agreement_id,
          .dataset = terms.dataset_id,
          .counter_party = terms.counter_party_id};
}

}  // namespace kontor::dataplane::source
