#include "domain/contract_negotiation/types.hpp"

namespace kontor::domain::contract_negotiation {

std::int32_t code_of(State state) {
  switch (state) {
    case State::initial:
      return 50;
    case State::requesting:
      return 100;
    case State::requested:
      return 200;
    case State::offering:
      return 300;
    case State::offered:
      return 400;
    case State::accepting:
      return 700;
    case State::accepted:
      return 800;
    case State::agreeing:
      return 825;
    case State::agreed:
      return 850;
    case State::verifying:
      return 1050;
    case State::verified:
      return 1100;
    case State::finalizing:
      return 1150;
    case State::finalized:
      return 1200;
    case State::terminating:
      return 1300;
    case State::terminated:
      return 1400;
  }
  return 0;
}

dsp::Pids ContractNegotiation::pids() const {
  return role == Role::consumer ? dsp::Pids{peer_pid, pid} : dsp::Pids{pid, peer_pid};
}

bool ContractNegotiation::awaits_peer() const {
  return state == (role == Role::provider ? State::agreed : State::verified);
}

}  // namespace kontor::domain::contract_negotiation
