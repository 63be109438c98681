# run: migrate
class Item < ActiveRecord::Base
  alias_attribute :label, :name
  attr_readonly :code
  attribute :virtual, :integer, default: 7
  attribute :name, :string, default: -> { "computed" }
end

class Dirty < ActiveRecord::Migration[8.1]
  def up
    create_table(:items) { |t| t.string :name, :code; t.integer :n; t.boolean :flag; t.decimal :price, precision: 8, scale: 2; t.text :body; t.timestamps }
    item = Item.new
    say [item.name, item.virtual, item.changed, item.has_changes_to_save?].inspect
    item.save!
    say [item.saved_changes.keys.sort, item.saved_change_to_name?, item.saved_change_to_n?, item.previously_new_record?].inspect
    item.name = "x"
    say [item.name_changed?, item.name_was, item.name_change, item.label_changed?, item.attribute_changed?(:name)].inspect
    say [item.name_changed?(from: "computed", to: "x"), item.name_changed?(to: "y"), item.will_save_change_to_name?].inspect
    item.restore_name!
    say item.changed?.inspect
    item.n = "12abc"
    say [item.n, item.n_before_type_cast, item.n_came_from_user?].inspect
    item.price = "1.999"
    say [item.price, item.price_for_database].inspect
    item.flag = "f"
    say item.changes.inspect
    item.save!
    say [item.name_previously_changed?, item.n_previously_was, item.price_before_last_save, item.saved_change_to_flag].inspect
    item.n = "12"
    say item.changed?.inspect
    item.body = "text"
    item.save!
    item.body << " more"
    say [item.body_changed?, item.body_change].inspect
    item.save!
    item.name_will_change!
    say item.changed.inspect
    item.name << "!"
    item.save!
    item.label = "labelled"
    say [item.name, Item.where(label: "labelled").to_sql].inspect
    item.code = "c"
    say item.save.inspect
    say item.reload.code.inspect
    begin
      item.update_attribute(:code, "d")
    rescue => e
      say "#{e.class}: #{e.message}"
    end
    item.increment(:n, 2)
    item.decrement!(:n)
    say item.n.to_s
    item.toggle!(:flag)
    say item.flag.inspect
    item.update_columns(n: 99, label: "direct")
    say [item.n, item.name, item.changed?].inspect
    item.update_column(:n, 3)
    copy = item.dup
    say [copy.id, copy.new_record?, copy.name, copy.created_at, copy.changed].inspect
    copy.save!(touch: false)
    item.touch(time: Time.utc(2020, 1, 1))
    say item.updated_at.inspect
    Item.record_timestamps = false
    stamp = Item.create(name: "none", created_at: Time.utc(2021), updated_at: Time.utc(2021))
    stamp.update!(name: "still")
    say stamp.updated_at.inspect
    Item.record_timestamps = true
    item.readonly!
    begin
      item.save!
    rescue => e
      say "#{e.class}: #{e.message}"
    end
    begin
      item.name = "x"
      item.destroyed?
      Item.last.delete.name = "y"
    rescue => e
      say "#{e.class}: #{e.message}"
    end
    begin
      Item.new(nope: 1)
    rescue => e
      say "#{e.class}: #{e.message}"
    end
    begin
      Item.select(:id).first.name
    rescue => e
      say "#{e.class}: #{e.message}"
    end
    begin
      Item.new.touch
    rescue => e
      say "#{e.class}: #{e.message}"
    end
    begin
      Item.new.update_columns(n: 1)
    rescue => e
      say "#{e.class}: #{e.message}"
    end
    say Item.new(name: "a", n: 1).attributes.except("created_at", "updated_at").inspect
    say Item.new(name: "a" * 60).inspect
    say Item.first.slice(:id, :n).inspect
    say Item.first.as_json(only: [:id, :price]).inspect
  end
end
