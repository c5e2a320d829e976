#pragma once

#include <deque>
#include <map>

#include "platform/bus/embedded/internal/stream_state.hpp"

namespace kontor::platform::bus::embedded {

/// One consumer: what it has in its hands, and how far it has read. Durable is the place up to which messages
/// were handed out and which of these are not settled; who crashes gets those again.
class ConsumerState {
 public:
  ConsumerState(async::Clock& clock, async::Scope& scope, MessageLog& log, StreamState& stream,
                Consumer consumer);

  const Consumer& config() const { return config_; }
  void change(Consumer consumer) { config_ = std::move(consumer); }
  ConsumerInfo info() const { return {outstanding_.size(), given_up_}; }

  Task<Result<void>> load();
  Task<Result<std::optional<Delivery>>> next(async::Deadline deadline);
  Task<Result<void>> acknowledge(std::uint64_t sequence);
  Task<Result<void>> give_up(std::uint64_t sequence);
  Task<Result<void>> send_back(std::uint64_t sequence);
  void extend(std::uint64_t sequence);

 private:
  struct Outstanding {
    std::uint32_t attempt = 1;
    Instant again_at;  ///< delivered again from then on
  };
  using Step = std::optional<Delivery>;

  Task<Result<Step>> deliver_again();
  Task<Result<Step>> deliver_new();
  Task<Result<void>> fetch();
  Task<Result<void>> settle(std::uint64_t sequence);
  Task<Result<void>> save();
  std::string place() const;
  Instant next_redelivery() const;
  Delivery hand_out(StoredMessage message, std::uint32_t attempt) const;

  async::Clock& clock_;
  MessageLog& log_;
  StreamState& stream_;
  Consumer config_;
  std::map<std::uint64_t, Outstanding> outstanding_;
  std::deque<StoredMessage> fetched_;
  std::uint64_t scanned_ = 0;  ///< messages up to here were looked at
  std::uint64_t given_up_ = 0;
  async::Mutex fetching_;
  async::Mutex saving_;
  std::uint64_t changes_ = 0;
  std::uint64_t saved_ = 0;  ///< changes that are durable
  entity::Version version_ = 0;
};

}  // namespace kontor::platform::bus::embedded
