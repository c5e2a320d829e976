#pragma once

#include "history.hpp"

namespace kontor::data_planes {

inline constexpr std::size_t parts = 4;  ///< of the folder that is pushed
std::string part_name(std::size_t number);
std::string part_content(std::size_t number);
/// Acme's folder `out`, with all of them.
void write_parts(Place& place);

/// Globex pulls, follows streams and has data pushed without end, and ends what it began.
class Work {
 public:
  Work(Place& place, History& history);
  ~Work();

  /// Offers the data, and has Globex agree.
  void prepare();
  void start();
  /// What was begun is led to its end; then nothing runs any more.
  Task<void> finish();

 private:
  using Errand = Task<void> (Work::*)(Deal deal);
  Task<void> repeat(Errand errand, Deal deal);
  Task<void> pull(Deal deal);
  Task<void> follow(Deal deal);
  Task<void> have_pushed(Deal deal);
  /// A transfer that runs. None: it did not come to that, with a reason.
  Task<std::optional<Transfer>> running(Deal deal);
  Task<void> fetch_once(Deal deal, Transfer transfer);
  /// Ends it, and sees that its token is good no more once both sides say so.
  Task<void> end(Transfer transfer);
  Task<void> expect_refused(Transfer transfer);
  Client::OnPiece note_pieces(const Deal& deal);
  bool acme_was_killed(Instant since) const;

  Place& place_;
  History& history_;
  Client client_;
  std::vector<std::pair<Errand, Deal>> errands_;
  std::size_t folders_ = 0;
  bool finishing_ = false;
  async::Scope scope_;
};

/// When nothing runs any more: both sides tell the same, no token is good, what was counted is what came,
/// what was pushed is whole.
void judge(Place& place, History& history);

}  // namespace kontor::data_planes
