#include "domain/transfer_process/types.hpp"

#include <algorithm>

namespace kontor::domain::transfer_process {

std::int32_t code_of(State state) {
  switch (state) {
    case State::initial:
      return 100;
    case State::preparation_requested:
      return 250;
    case State::requesting:
      return 400;
    case State::requested:
      return 500;
    case State::starting:
      return 550;
    case State::startup_requested:
      return 570;
    case State::started:
      return 600;
    case State::suspending:
      return 650;
    case State::suspending_requested:
      return 675;
    case State::suspended:
      return 700;
    case State::resuming:
      return 720;
    case State::resuming_requested:
      return 722;
    case State::resumed:
      return 725;
    case State::completing:
      return 750;
    case State::completing_requested:
      return 775;
    case State::completed:
      return 800;
    case State::terminating:
      return 825;
    case State::terminating_requested:
      return 840;
    case State::terminated:
      return 850;
  }
  return 0;
}

Direction direction_of(std::string_view transfer_type) {
  constexpr std::string_view push = "push";
  const auto same = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; };
  const bool found = !std::ranges::search(transfer_type, push, same).empty();
  return found ? Direction::push : Direction::pull;
}

std::optional<Instant> PolicyWatch::next_look() const {
  const auto moment = std::ranges::upper_bound(moments, looked_at);
  std::optional<Instant> next;
  if (moment != moments.end()) next = *moment;
  if (believed_for) next = std::min(next.value_or(Instant::max()), looked_at + *believed_for);
  return next;
}

bool PolicyWatch::is_used_up() const {
  return !moments.empty() && moments.back() <= looked_at;
}

dsp::Pids TransferProcess::pids() const {
  return role == Role::consumer ? dsp::Pids{peer_pid, pid} : dsp::Pids{pid, peer_pid};
}

}  // namespace kontor::domain::transfer_process
