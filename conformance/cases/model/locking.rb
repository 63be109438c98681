# run: migrate
class Account < ActiveRecord::Base
end

class Free < ActiveRecord::Base
  self.table_name = "accounts"
  self.lock_optimistically = false
end

class Renamed < ActiveRecord::Base
  self.table_name = "renamed"
  self.locking_column = :version
end

class Locking < ActiveRecord::Migration[8.1]
  def up
    create_table(:accounts) { |t| t.string :name; t.integer :lock_version, default: 0; t.integer :n, default: 0 }
    create_table(:renamed) { |t| t.string :name; t.integer :version }
    account = Account.create!(name: "a")
    say account.lock_version.to_s
    account.update!(name: "b")
    say account.lock_version.to_s
    stale = Account.find(account.id)
    account.update!(name: "c")
    begin
      stale.update!(name: "d")
    rescue => e
      say "#{e.class}: #{e.message}"
    end
    say stale.lock_version.to_s
    begin
      stale.destroy
    rescue => e
      say "#{e.class}: #{e.message}"
    end
    begin
      stale.touch(:name) if false
      account.increment!(:n)
    end
    say account.lock_version.to_s
    account.update_columns(n: 7)
    account.with_lock { account.update!(name: "locked") }
    Account.update_all(name: "all")
    Account.update_counters(account.id, n: 2)
    account.reload.destroy
    Free.create!(name: "f").update!(name: "g")
    one = Renamed.create!(name: "x")
    one.update!(name: "y")
    say one.version.to_s
    Renamed.lock.first
  end
end
