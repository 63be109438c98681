# run: migrate
# A version that is NULL in the database reads as 0 and is looked for as NULL.
class LockingWithoutDefault < ActiveRecord::Migration[7.0]
  class Thing < ActiveRecord::Base; end

  def up
    create_table(:things) { |t| t.string :name; t.integer :lock_version; t.decimal :random, precision: 20, scale: 10 }
    execute "INSERT INTO things (name) VALUES ('a')"
    execute "INSERT INTO things (name, lock_version) VALUES ('b', 3)"
    Thing.order(:id).each do |thing|
      thing.update!(random: 0.5)
      say thing.lock_version.inspect
      thing.update!(name: "x")
      thing.destroy
    end
    thing = Thing.create!(name: "d")
    say thing.lock_version.inspect
    Thing.where(id: thing.id).update_all(lock_version: nil)
    thing = Thing.find(thing.id)
    thing.touch rescue say($!.message)
    say thing.lock_version.inspect
    thing.update_columns(name: "u")
    thing.increment!(:random)
    say thing.reload.attributes.inspect
    Thing.where(id: thing.id).update_all(lock_version: nil)
    Thing.find(thing.id).destroy!
    say Thing.count.to_s
    stale = Thing.create!(name: "s")
    Thing.find(stale.id).update!(name: "t")
    begin
      stale.update!(name: "u")
    rescue => error
      say "#{error.class}: #{error.message} #{stale.lock_version}"
    end
  end
end
