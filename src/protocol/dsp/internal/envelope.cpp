#include "protocol/dsp/internal/envelope.hpp"

#include <algorithm>

namespace kontor::protocol::dsp::internal {
namespace {

bool names_protocol(const json::Value& context) {
  const auto is_protocol = [](const json::Value& entry) {
    const auto* text = entry.if_string();
    return text && *text == context_url;
  };
  const auto* array = context.if_array();
  return array ? std::ranges::any_of(*array, is_protocol) : is_protocol(context);
}

constexpr std::size_t id_bytes_max = 1024;

void check_length(json::ObjectReader& in, std::string_view key, std::string_view id) {
  if (id.size() > id_bytes_max) in.refuse(key, fmt::format("has more than {} bytes", id_bytes_max));
}

Result<void> check_policy(const json::Node& node, odrl::PolicyType type, odrl::Policy& policy) {
  if (policy.type == odrl::PolicyType::set) policy.type = type;
  if (policy.type != type) {
    const bool offer = type == odrl::PolicyType::offer;
    return invalid(node.pointer() + "/@type", "must be '{}'", offer ? "Offer" : "Agreement");
  }
  if (policy.id.empty()) return invalid(node.pointer() + "/@id", "is required");
  return {};
}

}  // namespace

void read_envelope(json::ObjectReader& in, std::string_view type) {
  if (auto context = in.member("@context"); context && !names_protocol(context->value())) {
    in.refuse("@context", "must contain '" + std::string(context_url) + "'");
  }
  in.constant("@type", type);
}

json::ObjectWriter write_envelope(std::string_view type) {
  json::ObjectWriter out;
  out.field("@context", std::vector<std::string>{std::string(context_url)});
  out.field("@type", type);
  return out;
}

void read_id(json::ObjectReader& in, MessageId& out) {
  std::string id;
  in.optional("@id", id);
  check_length(in, "@id", id);
  out = MessageId{std::move(id)};
}

void write_id(json::ObjectWriter& out, const MessageId& id) {
  if (!id.empty()) out.field("@id", id);
}

void read_pid(json::ObjectReader& in, std::string_view key, Pid& out) {
  in.required(key, out);
  check_length(in, key, out.str());
}

void read_pid(json::ObjectReader& in, std::string_view key, std::optional<Pid>& out) {
  in.optional(key, out);
  if (out) check_length(in, key, out->str());
}

void read_pids(json::ObjectReader& in, Pids& out) {
  read_pid(in, "providerPid", out.provider);
  read_pid(in, "consumerPid", out.consumer);
}

void read_optional_pids(json::ObjectReader& in, Pids& out) {
  in.optional("providerPid", out.provider).optional("consumerPid", out.consumer);
}

void write_pids(json::ObjectWriter& out, const Pids& pids) {
  out.field("providerPid", pids.provider).field("consumerPid", pids.consumer);
}

void read_reason(json::ObjectReader& in, Reason& out) {
  if (auto code = in.member("code"); code && !code->value().is_null()) {
    const auto* text = code->value().if_string();
    out.code = text ? std::string(*text) : json::serialize(code->value());
  }
  in.one_or_many("reason", out.reasons);
}

void write_reason(json::ObjectWriter& out, const Reason& reason) {
  out.field("code", reason.code).non_empty("reason", reason.reasons);
}

void read_policy(json::ObjectReader& in, std::string_view key, odrl::PolicyType type, odrl::Policy& out) {
  in.required(key, out);
  const auto node = in.member(key);
  if (!node) return;
  if (auto done = check_policy(*node, type, out); !done) in.refuse(key, done.error().detail);
}

void read_offers(json::ObjectReader& in, std::string_view key, std::vector<odrl::Policy>& out) {
  in.one_or_many(key, out);
  const auto node = in.member(key);
  if (!node) return;
  for (auto& offer : out) {
    if (auto done = check_policy(*node, odrl::PolicyType::offer, offer); !done)
      in.refuse(key, done.error().detail);
  }
}

odrl::Policy of_type(odrl::Policy policy, odrl::PolicyType type) {
  policy.type = type;
  return policy;
}

}  // namespace kontor::protocol::dsp::internal
