#pragma once

#include <optional>
#include <string>
#include <variant>

#include "base/entity/decision.hpp"
#include "base/json/stored.hpp"

/// A machine for this module's tests.
namespace kontor::platform::engine::test {

/// A parcel: ordered, sent to somebody, and delivered when that somebody acknowledges.
struct Parcel {
  std::string state;
  std::string address;
  std::optional<Instant> due;

  bool operator==(const Parcel&) const = default;
};
struct Order {
  std::string address;
  std::optional<Instant> due = {};
};
struct Delivered {};
struct Lost {
  std::string why;
};
struct TimeIsUp {};
/// Of these two nobody is told.
struct Redirect {
  std::string address;
};
struct Deposit {
  std::string address;
};
struct Send {
  std::string address;
};

inline Result<void> read(const json::Node& node, Parcel& out) {
  json::ObjectReader in(node);
  in.required("state", out.state).required("address", out.address).optional("due", out.due);
  return in.done();
}
inline json::Value write(const Parcel& parcel) {
  return json::ObjectWriter()
      .field("state", parcel.state)
      .field("address", parcel.address)
      .field("due", parcel.due)
      .done();
}

using ParcelEvent = std::variant<Order, Delivered, Lost, TimeIsUp, Redirect, Deposit>;

struct ParcelMachine {
  using Entity = Parcel;
  using Event = ParcelEvent;
  using Effect = Send;
  using Decided = entity::Decision<Parcel, Send>;

  static const entity::Kind& kind() {
    static constexpr entity::Field fields[] = {{"state", "state"}};
    static constexpr entity::Kind kind{
        .name = "parcel", .fields = fields, .keep_after_end = std::chrono::hours(1)};
    return kind;
  }
  static Result<Decided> decide(const Parcel* current, const ParcelEvent& event, Instant) {
    if (const auto* order = std::get_if<Order>(&event)) {
      if (current) return Decided{*current};
      return Decided{{"ordered", order->address, order->due}, {Send{order->address}}, {"parcel.ordered"}};
    }
    if (const auto* deposit = std::get_if<Deposit>(&event))
      return Decided{{"ordered", deposit->address, std::nullopt}};
    if (!current) return fail(ErrorCode::not_found, "no such parcel");
    if (current->state != "ordered")
      return fail(ErrorCode::illegal_transition, "the parcel is {}", current->state);
    auto next = *current;
    if (const auto* redirect = std::get_if<Redirect>(&event)) {
      next.address = redirect->address;
      return Decided{next};
    }
    if (const auto* lost = std::get_if<Lost>(&event)) {
      next.state = "lost: " + lost->why;
      return Decided{next, {}, {"parcel.lost"}};
    }
    next.state = std::holds_alternative<TimeIsUp>(event) ? "late" : "delivered";
    return Decided{next, {}, {"parcel." + next.state}};
  }
  static std::string encode(const Parcel& parcel) { return json::encode(parcel); }
  static Result<Parcel> decode(std::string_view stored, std::uint32_t) {
    return json::decode_stored<Parcel>(stored);
  }
  static std::string encode_effect(const Send& send) { return send.address; }
  static Result<Send> decode_effect(std::string_view stored) { return Send{std::string(stored)}; }
  static std::string_view effect_name(const Send&) { return "send"; }
  static std::string effect_group(const Send& send) { return send.address; }
  static std::optional<Instant> due_at(const Parcel& parcel) {
    return parcel.state == "ordered" ? parcel.due : std::nullopt;
  }
  static ParcelEvent due_event(const Parcel&) { return TimeIsUp{}; }
  static std::optional<ParcelEvent> failed(const Send& send, const Error& error) {
    if (send.address == "nowhere") return std::nullopt;
    return Lost{error.detail};
  }
  static bool ended(const Parcel& parcel) { return parcel.state != "ordered"; }
  static std::string event_body(const Parcel& parcel, std::string_view) {
    return json::serialize(json::Object{{"state", parcel.state}});
  }
};

}  // namespace kontor::platform::engine::test
