#include "domain/callback/decide.hpp"

#include <algorithm>

#include "base/text/text.hpp"

namespace kontor::domain::callback {
namespace {

bool has(const std::vector<NoticeId>& ids, const NoticeId& id) {
  return std::ranges::find(ids, id) != ids.end();
}

void remember(Delivery& delivery, const NoticeId& id) {
  if (delivery.seen.size() == seen_max) delivery.seen.erase(delivery.seen.begin());
  delivery.seen.push_back(id);
}

void lose(Decision& decision, const NoticeId& id, Loss loss) {
  remember(decision.next, id);
  ++decision.next.lost;
  decision.next.last_loss = std::move(loss);
  decision.happened.emplace_back("callback.abandoned");
}

Delivery opened(const Tell& tell) {
  Delivery delivery;
  delivery.id = tell.delivery;
  delivery.process = tell.notice.process;
  delivery.address = tell.uri.substr(0, tell.uri.find_first_of("?#"));
  return delivery;
}

void on(Decision& decision, const NoticeCame& event) {
  auto& next = decision.next;
  if (has(next.waiting, event.id) || has(next.seen, event.id)) return;
  if (next.waiting.size() == waiting_max)
    return lose(decision, event.id,
                {event.tell.notice.name, fmt::format("{} others wait to be told", waiting_max)});
  next.waiting.push_back(event.id);
  decision.effects.push_back({event.id, event.tell});
}

void on(Decision& decision, const Told& event) {
  if (std::erase(decision.next.waiting, event.id) == 0) return;
  remember(decision.next, event.id);
  ++decision.next.told;
}

void on(Decision& decision, const NotTold& event) {
  if (std::erase(decision.next.waiting, event.id) == 0) return;
  lose(decision, event.id, {event.event, event.reason});
}

bool asks_for(const CallbackAddress& address, std::string_view name) {
  return std::ranges::any_of(address.events,
                             [&](const std::string& beginning) { return name.starts_with(beginning); });
}

}  // namespace

Result<Decision> decide(const Delivery* current, const Event& event, Instant) {
  const auto* first = std::get_if<NoticeCame>(&event);
  if (!current && !first) return fail(ErrorCode::not_found, "there is no such delivery");
  Decision decision{current ? *current : opened(first->tell)};
  std::visit([&](const auto& what) { on(decision, what); }, event);
  return decision;
}

std::vector<Tell> tells(const std::vector<CallbackAddress>& addresses, const Happened& happened) {
  std::vector<Tell> out;
  for (const auto& name : happened.names) {
    for (std::size_t i = 0; i < addresses.size(); ++i) {
      const auto& address = addresses[i];
      if (!asks_for(address, name)) continue;
      out.push_back({EntityId(fmt::format("{}-callback-{}", happened.process, i)),
                     address.uri,
                     address.auth_key,
                     address.auth_code_id,
                     {name, happened.process, happened.at, happened.body_of(name)}});
    }
  }
  return out;
}

std::string Machine::effect_group(const Effect& effect) {
  const auto& uri = effect.tell.uri;
  const auto host = uri.find("://");
  const auto end = uri.find_first_of("/?#", host == uri.npos ? 0 : host + 3);
  return text::to_lower(uri.substr(0, end));
}

Event Machine::due_event(const Entity&) {
  invariant(false, "no time is due to a delivery of callbacks");
  return Told{};
}

std::optional<Event> Machine::failed(const Effect& effect, const Error& error) {
  return NotTold{effect.id, effect.tell.notice.name, error.message()};
}

}  // namespace kontor::domain::callback
