#pragma once

#include <map>
#include <memory>
#include <string>

#include "installation/world.hpp"
#include "platform/async/scope.hpp"
#include "platform/async/signal.hpp"

namespace kontor::bench {

/// What a participant is told live of its negotiations (server-sent events of the Management API). Whoever
/// waits for the end of one is woken by its event: nothing is asked again and again.
class NegotiationFeed {
 public:
  NegotiationFeed(installation::Driver& driver, const installation::Company& company);
  ~NegotiationFeed();
  NegotiationFeed(const NegotiationFeed&) = delete;
  NegotiationFeed& operator=(const NegotiationFeed&) = delete;

  /// From its end on the feed hears what happens. Throws Failed.
  void open();

  /// `finalized` or `terminated`; empty when the negotiation has not ended in time.
  Task<std::string> end_of(std::string id);
  std::size_t finalized() const { return finalized_; }
  /// Throws Failed unless as many are FINALIZED in time.
  void await_finalized(std::size_t count);

 private:
  struct Awaited {
    platform::async::Signal ended;
    std::string state = {};
  };
  using Stream = std::shared_ptr<platform::http::BodyStream>;
  Task<void> read(Stream stream);
  void take(std::string_view event);
  void hear(std::string id, std::string state);
  Task<bool> reach(std::size_t count);

  installation::Driver& driver_;
  installation::Request request_;
  platform::async::Scope scope_;
  platform::async::Signal changed_;
  std::map<std::string, std::shared_ptr<Awaited>> awaited_;
  std::map<std::string, std::string> ended_;  ///< state by id, before anybody waited for it
  std::size_t finalized_ = 0;
};

}  // namespace kontor::bench
