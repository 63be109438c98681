# run: migrate
class Parcel < ActiveRecord::Base
  has_many :items
  has_many :scans, primary_key: [:tenant, :id], foreign_key: [:tenant, :parcel_id]
  has_many :tags, as: :owner
  has_one :receipt
  has_many :stickers, through: :items
  has_and_belongs_to_many :groups
  accepts_nested_attributes_for :scans, allow_destroy: true
end

class Item < ActiveRecord::Base
  belongs_to :parcel, counter_cache: true
  has_many :stickers
end

class Sticker < ActiveRecord::Base
  belongs_to :item
end

class Scan < ActiveRecord::Base
  belongs_to :parcel, foreign_key: [:tenant, :parcel_id], counter_cache: true, touch: true
end

class Tag < ActiveRecord::Base
  belongs_to :owner, polymorphic: true
end

class Receipt < ActiveRecord::Base
  belongs_to :parcel
end

class Group < ActiveRecord::Base
  has_and_belongs_to_many :parcels
end

class Wrong < ActiveRecord::Base
  self.table_name = "scans"
  belongs_to :parcel, foreign_key: :parcel_id, primary_key: [:tenant, :id]
end

class CompositeWithId < ActiveRecord::Migration[8.1]
  disable_ddl_transaction!

  def up
    create_tables
    Parcel.record_timestamps = false
    Parcel.create!(id: [1, 10], name: "a")
    Parcel.create!(id: [1, 11], name: "b")
    Parcel.create!(id: [2, 12], name: "c")
    by_id
    by_both
    polymorphic
    nested
    through
    joining
    mismatch
  end

  private

  def create_tables
    create_table :parcels, primary_key: [:tenant, :id] do |t|
      t.integer :tenant
      t.integer :id
      t.string :name
      t.integer :items_count, default: 0
      t.integer :scans_count, default: 0
    end
    create_table(:items) { |t| t.integer :parcel_id; t.string :name }
    create_table(:stickers) { |t| t.bigint :item_id }
    create_table(:scans, primary_key: [:tenant, :id]) { |t| t.integer :tenant; t.integer :id; t.integer :parcel_id; t.string :at }
    create_table(:tags) { |t| t.string :owner_type; t.integer :owner_id; t.string :name }
    create_table(:receipts) { |t| t.integer :parcel_id }
    create_table(:groups) { |t| t.string :name }
    create_table(:groups_parcels, id: false) { |t| t.bigint :group_id; t.integer :parcel_id }
  end

  def attempt
    say yield.inspect
  rescue => e
    say "#{e.class}: #{e.message}"
  end

  def by_id
    parcel = Parcel.find([1, 10])
    item = parcel.items.create!(name: "i")
    say [item.parcel_id, item.parcel.id, parcel.reload.items_count].inspect
    item = Item.create!(name: "j", parcel: Parcel.find([1, 11]))
    say [item.parcel_id, item.reload.parcel.id].inspect
    item.update!(parcel: parcel)
    say parcel.reload.items.map(&:name).sort.inspect
    say Item.where(parcel: parcel).count.inspect
    say Item.where(parcel: [parcel]).to_sql.inspect
    parcel.create_receipt!
    say [parcel.receipt.parcel_id, Receipt.first.parcel.id].inspect
    Parcel.includes(:items, :receipt).order(:tenant, :id).each { |one| say [one.id, one.items.map(&:name).sort, one.receipt&.id].inspect }
    Item.preload(:parcel).order(:id).each { |one| say one.parcel.id.inspect }
    attempt { Item.group(:parcel).count }
    item.destroy
    say parcel.reload.items_count.inspect
    Parcel.reset_counters([1, 10], :items)
    Parcel.reset_counters([[1, 10], [1, 11]], :items)
    attempt { Parcel.reset_counters(1, :items) }
  end

  def by_both
    parcel = Parcel.find([1, 11])
    scan = parcel.scans.create!(id: [1, 1], at: "dock")
    say [scan.id, scan.parcel_id, parcel.reload.scans_count].inspect
    Scan.create!(id: [1, 2], at: "gate", parcel: parcel)
    say parcel.reload.scans_count.inspect
    say parcel.scan_ids.sort.inspect
    say parcel.scans.find([1, 2]).at.inspect
    say [parcel.scans.include?(scan), parcel.scans.size, parcel.scans.first.id, parcel.scans.last.id].inspect
    parcel.scan_ids = [[1, 2], [1, 1]]
    say Scan.order(:tenant, :id).pluck(:tenant, :id, :parcel_id).inspect
    parcel.scans.reload.each { |one| one.update!(at: "moved") }
    parcel.scans.destroy(scan)
    say Scan.ids.inspect
  end

  def polymorphic
    parcel = Parcel.find([2, 12])
    tag = parcel.tags.create!(name: "t")
    say [tag.owner_type, tag.owner_id].inspect
    say Tag.find(tag.id).owner.id.inspect
    tag.update!(owner: Parcel.find([1, 10]))
    say tag.owner_id.inspect
    say Tag.where(owner: tag.owner).count.inspect
    say Tag.preload(:owner).map { |one| one.owner.id }.inspect
    say Parcel.joins(:tags).map(&:id).inspect
    say Parcel.includes(:tags).flat_map { |one| one.tags.map(&:name) }.inspect
  end

  def nested
    parcel = Parcel.find([2, 12])
    parcel.update!(scans_attributes: [{ at: "x", tenant: 2, id_value: 5 }]) rescue say($!.class.name)
    Scan.create!(id: [2, 6], parcel: parcel, at: "y")
    parcel.reload.update!(scans_attributes: [{ id: [2, 6], at: "z" }])
    say parcel.scans.map(&:at).inspect
    parcel.update!(scans_attributes: [{ id: [2, 6], _destroy: true }])
    say parcel.reload.scans.size.inspect
    attempt { parcel.update!(scans_attributes: [{ id: [2, 7], at: "z" }]) }
  end

  def through
    parcel = Parcel.find([1, 10])
    parcel.items.first.stickers.create!
    say [parcel.stickers.count, parcel.sticker_ids.size].inspect
    say Parcel.joins(:stickers).map(&:id).inspect
    say Parcel.preload(:stickers).order(:tenant, :id).map { |one| one.stickers.size }.inspect
    parcel.groups << Group.new(name: "g")
    say [parcel.groups.map(&:name), Group.first.parcels.map(&:id)].inspect
    say Group.joins(:parcels).count.inspect rescue say($!.class.name)
  end

  def joining
    say Parcel.joins(:items).map(&:id).inspect
    say Item.joins(:parcel).count.inspect
    say Parcel.eager_load(:items, :scans).order(:tenant, :id).map { |one| [one.id, one.items.size, one.scans.size] }.inspect
    say Parcel.where.missing(:items).order(:tenant, :id).map(&:id).inspect
    say Item.where.missing(:parcel).count.inspect
  end

  def mismatch
    attempt { Wrong.new.parcel }
    attempt { Wrong.joins(:parcel).to_a }
  end
end
